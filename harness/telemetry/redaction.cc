#include "harness/telemetry/redaction.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include <re2/re2.h>
#include <re2/set.h>

#include "harness/scenario/redact_patterns.h"

namespace tracetax::telemetry {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_separator(char c) {
  return c == '.' || c == '_' || c == '-' || c == '/' || c == ':' || c == ' ';
}

// ".user.password." of user.password, user_password, userPassword: words stand between dots.
void write_dotted(std::string_view key, std::string& text) {
  text = '.';
  for (std::size_t i = 0; i < key.size(); ++i) {
    const char c = key[i];
    const bool begins_word = i > 0 && is_capital(c) && !is_capital(key[i - 1]) && !is_separator(key[i - 1]);
    if (begins_word) text += '.';
    text += is_separator(c) ? '.' : lower(c);
  }
  text += '.';
}
std::string dotted(std::string_view key) {
  std::string text;
  write_dotted(key, text);
  return text;
}

// Greedy with one point to return to: at worst the product of both lengths, never exponential.
bool glob_matches(std::string_view glob, std::string_view text) {
  constexpr auto none = std::string_view::npos;
  std::size_t g = 0, t = 0, star = none, resume = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      resume = t;
    } else if (g < glob.size() && (glob[g] == '?' || lower(glob[g]) == lower(text[t]))) {
      ++g;
      ++t;
    } else if (star != none) {
      g = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return glob.find_first_not_of('*', g) == none;
}

// ISO/IEC 7812-1, annex B; blanks and hyphens between the digits do not count.
bool passes_luhn(std::string_view text) {
  int sum = 0;
  bool doubled = false;
  for (auto c = text.rbegin(); c != text.rend(); ++c) {
    if (*c < '0' || *c > '9') continue;
    const int digit = *c - '0';
    sum += doubled ? (digit > 4 ? 2 * digit - 9 : 2 * digit) : digit;
    doubled = !doubled;
  }
  return sum % 10 == 0;
}

struct Pattern {
  std::unique_ptr<RE2> expression;
  bool luhn = false;
};

bool mask_one(const Pattern& pattern, const std::string& replacement, std::string& text) {
  const re2::StringPiece whole(text);
  re2::StringPiece match;
  std::string masked;
  std::size_t kept = 0;  // up to here the text is in `masked`
  std::size_t from = 0;
  bool found = false;
  while (from <= text.size() && pattern.expression->Match(whole, from, text.size(), RE2::UNANCHORED, &match, 1)) {
    const auto at = static_cast<std::size_t>(match.data() - text.data());
    // Only what has a form like ^ or \b matches nothing; it masks nothing either.
    if (match.empty()) {
      from = at + 1;
      continue;
    }
    from = at + match.size();
    if (pattern.luhn && !passes_luhn({match.data(), match.size()})) continue;
    masked.append(text, kept, at - kept).append(replacement);
    kept = from;
    found = true;
  }
  if (!found) return false;
  text = masked.append(text, kept);
  return true;
}

}  // namespace

struct Redactor::Parts {
  std::vector<std::string> words{};  // as dotted() writes them
  std::vector<std::string> globs{};
  std::vector<Pattern> patterns{};
  std::unique_ptr<RE2::Set> any{};  // all patterns in one pass over the text; null: there are none
  std::string replacement{};
};

Redactor::Redactor(const RedactConfig& config) {
  auto parts = std::make_unique<Parts>();
  parts->replacement = config.replace;
  for (const std::string& key : config.keys) {
    const bool glob = key.find_first_of("*?") != std::string::npos;
    if (glob) {
      parts->globs.push_back(key);
    } else {
      parts->words.push_back(dotted(key));
    }
  }
  if (!config.patterns.empty()) parts->any = std::make_unique<RE2::Set>(RE2::Quiet, RE2::UNANCHORED);
  for (const std::string& text : config.patterns) {
    const RedactPattern* const named = find_redact_pattern(text);
    const std::string expression(named ? std::string(named->expression) : text);
    if (const std::string wrong = wrong_expression(expression); !wrong.empty()) {
      throw std::invalid_argument("tracing.redact.patterns: `" + text + "`: " + wrong);
    }
    parts->patterns.push_back({std::make_unique<RE2>(expression, RE2::Quiet), named && named->luhn});
    parts->any->Add(expression, nullptr);
  }
  // One set of too many expressions for its memory is no reason to look at none of them.
  if (parts->any && !parts->any->Compile()) parts->any.reset();
  parts_ = std::move(parts);
}

Redactor::~Redactor() = default;
Redactor::Redactor(Redactor&&) noexcept = default;

bool Redactor::active() const {
  return !parts_->words.empty() || !parts_->globs.empty() || !parts_->patterns.empty();
}

bool Redactor::masks_key(std::string_view key) const {
  if (!parts_->words.empty()) {
    thread_local std::string text;  // its memory stays: this is done for each attribute of each span
    write_dotted(key, text);
    const auto stands_in = [&](const std::string& word) { return text.find(word) != std::string::npos; };
    if (std::ranges::any_of(parts_->words, stands_in)) return true;
  }
  return std::ranges::any_of(parts_->globs, [&](const std::string& glob) { return glob_matches(glob, key); });
}

bool Redactor::mask(std::string& text) const {
  if (parts_->patterns.empty() || text.empty()) return false;
  if (parts_->any) {
    RE2::Set::ErrorInfo error{RE2::Set::kNoError};
    std::vector<int> matching;
    const bool matches = parts_->any->Match(text, &matching, &error);
    // A set that ran out of memory has not looked at all of the text; each expression alone can.
    if (!matches && error.kind == RE2::Set::kNoError) return false;
  }
  bool masked = false;
  for (const Pattern& pattern : parts_->patterns) masked |= mask_one(pattern, parts_->replacement, text);
  return masked;
}

const std::string& Redactor::replacement() const {
  return parts_->replacement;
}

}  // namespace tracetax::telemetry
