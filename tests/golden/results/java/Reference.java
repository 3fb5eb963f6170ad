// Made the files beside this one, with HdrHistogram 2.1.11 (Debian's libhdrhistogram-java) and OpenJDK 17:
//   javac -cp /usr/share/java/hdrhistogram.jar Reference.java && java -cp /usr/share/java/hdrhistogram.jar:. Reference
// The same samples are recorded in tests/golden/results/java_histogram_test.cc, which also holds the printed numbers.
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import org.HdrHistogram.Histogram;

public class Reference {
  static String encoded(Histogram h) {
    ByteBuffer buffer = ByteBuffer.allocate(h.getNeededByteBufferCapacity());
    int length = h.encodeIntoCompressedByteBuffer(buffer);
    return Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
  }

  static void show(String name, Histogram h, double unit, int ticks) throws Exception {
    try (PrintStream out = new PrintStream(name + ".hgrm")) {
      h.outputPercentileDistribution(out, ticks, unit);
    }
    System.out.print(name + " min=" + h.getMinValue() + " max=" + h.getMaxValue() + " mean=" + h.getMean() + " sd=" + h.getStdDeviation());
    for (double p : new double[] {0, 1, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100}) System.out.print(" " + h.getValueAtPercentile(p));
    System.out.println("\n" + encoded(h));
  }

  public static void main(String[] arguments) throws Exception {
    Histogram spread = new Histogram(1, 60_000_000_000L, 3);
    for (long i = 0; i < 10000; i++) spread.recordValue((i * i * 7919 + 104729 * i) % 50_000_000 + 1);
    Histogram uniform = new Histogram(1, 60_000_000_000L, 3);
    for (long i = 1; i <= 10000; i++) uniform.recordValue(i);
    Histogram wide = new Histogram(1000, 3_600_000_000_000L, 2);
    for (long i = 0; i < 1000; i++) wide.recordValue((i * i * i) % 2_000_000_000 * 1000 + i);
    Histogram empty = new Histogram(1, 60_000_000_000L, 3);
    Histogram small = new Histogram(1, 60_000_000_000L, 3);
    for (long v : new long[] {0, 1, 1, 3, 2047, 2048, 2049, 4095, 4096, 1_000_000, 59_999_999_999L}) small.recordValue(v);
    small.recordValueWithCount(500, 1L << 40);

    show("spread", spread, 1000.0, 5);
    show("uniform", uniform, 1.0, 5);
    show("wide", wide, 1e6, 10);
    show("empty", empty, 1.0, 5);
    show("small", small, 1000.0, 5);
    try (PrintStream out = new PrintStream("spread.b64")) {
      out.println(encoded(spread));
    }
    try (PrintStream out = new PrintStream("wide.b64")) {
      out.println(encoded(wide));
    }
  }
}
