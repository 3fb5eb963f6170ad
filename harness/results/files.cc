#include "harness/results/files.h"

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tracetax {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const char* what, int error) {
  throw std::runtime_error(fmt::format("{}: {}: {}", path.string(), what, std::generic_category().message(error)));
}

class File {
 public:
  File(fs::path path, int flags, const char* what)
      : path_(std::move(path)), fd_(::open(path_.c_str(), flags | O_CLOEXEC, 0666)) {
    if (fd_ < 0) fail(path_, what, errno);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail(path_, "cannot write", errno);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  // Terminals, pipes and some file systems cannot: not an error, there is nothing to make durable.
  void sync() {
    if (::fsync(fd_) != 0 && errno != EINVAL && errno != EROFS && errno != ENOTSUP) fail(path_, "cannot write", errno);
  }
  // Network file systems report a full disk here.
  void close() {
    const int fd = std::exchange(fd_, -1);
    if (::close(fd) != 0 && errno != EINTR) fail(path_, "cannot write", errno);
  }
  std::string read_all() {
    std::string bytes;
    struct stat status {};
    if (::fstat(fd_, &status) == 0 && S_ISREG(status.st_mode))
      bytes.reserve(static_cast<std::size_t>(status.st_size) + 1);
    for (char buffer[64 * 1024];;) {
      const ssize_t n = ::read(fd_, buffer, sizeof buffer);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) fail(path_, "cannot read", errno);
      if (n == 0) return bytes;
      bytes.append(buffer, static_cast<std::size_t>(n));
    }
  }

 private:
  fs::path path_;
  int fd_;
};

class TemporaryName {
 public:
  explicit TemporaryName(const fs::path& target)
      : path_(target.parent_path() / fmt::format(".{}.{}.tmp", target.filename().string(), ::getpid())) {}
  TemporaryName(const TemporaryName&) = delete;
  TemporaryName& operator=(const TemporaryName&) = delete;
  ~TemporaryName() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  const fs::path& path() const { return path_; }
  void rename_to(const fs::path& target) {
    if (::rename(path_.c_str(), target.c_str()) != 0) fail(target, "cannot write", errno);
    path_.clear();
  }

 private:
  fs::path path_;
};

}  // namespace

void write_file_atomically(const fs::path& path, const std::string& bytes) {
  std::error_code ignored;
  // Through a symbolic link: the file it names is replaced, not the link.
  const fs::path target = fs::is_symlink(path, ignored) ? fs::weakly_canonical(path, ignored) : path;
  const fs::file_status status = fs::status(target, ignored);
  if (fs::is_directory(status)) fail(path, "cannot write", EISDIR);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    // A device or pipe ("-o /dev/stdout") is written to; renaming a file over it would destroy it.
    File file(target, O_WRONLY, "cannot open for writing");
    file.write(bytes);
    file.sync();
    file.close();
    return;
  }

  TemporaryName temporary(target);
  File file(temporary.path(), O_WRONLY | O_CREAT | O_TRUNC, "cannot create");
  file.write(bytes);
  file.sync();
  file.close();
  temporary.rename_to(target);

  // The rename is durable when the folder is.
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  File(folder, O_RDONLY | O_DIRECTORY, "cannot open the folder").sync();
}

std::string read_file(const fs::path& path) {
  return File(path, O_RDONLY, "cannot open").read_all();
}

}  // namespace tracetax
