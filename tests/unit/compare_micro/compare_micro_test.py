"""scripts/compare_micro.py: statistics against known answers; what it says and returns, with made up benchmarks."""

import contextlib
import io
import json
import math
import random
import stat
import sys
import tempfile
import unittest
import unittest.mock
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))
import compare_micro as micro  # noqa: E402


class Distributions(unittest.TestCase):
    def test_incomplete_beta_has_closed_forms(self):
        for x in (0.01, 0.3, 0.5, 0.77, 0.999):
            self.assertAlmostEqual(micro.incomplete_beta(1, 3.5, x), 1 - (1 - x) ** 3.5, 13)
            self.assertAlmostEqual(micro.incomplete_beta(4.5, 1, x), x**4.5, 13)
            self.assertAlmostEqual(micro.incomplete_beta(0.5, 0.5, x), 2 / math.pi * math.asin(math.sqrt(x)), 13)
        self.assertAlmostEqual(micro.incomplete_beta(2, 3, 0.5), 11 / 16, 14)
        self.assertEqual((micro.incomplete_beta(2, 3, 0), micro.incomplete_beta(2, 3, 1)), (0, 1))

    def test_student_has_closed_forms_for_1_and_2_degrees(self):
        for t in (-30, -1, 0, 0.2, 1, 4, 200):
            self.assertAlmostEqual(micro.student_above(t, 1), 0.5 - math.atan(t) / math.pi, 13)
            self.assertAlmostEqual(micro.student_above(t, 2), 0.5 - t / (2 * math.sqrt(2 + t * t)), 13)

    def test_student_equals_the_printed_tables(self):
        for degrees, quantile in ((1, 12.706), (5, 2.571), (9, 2.262), (19, 2.093)):
            self.assertAlmostEqual(micro.student_quantile(0.975, degrees), quantile, 3)
        self.assertAlmostEqual(micro.student_quantile(0.9995, 9), 4.781, 3)

    def test_holm(self):
        # 0.005 ≤ 0.05/4, 0.01 ≤ 0.05/3, 0.03 > 0.05/2: that ends it, though 0.04 ≤ 0.05/1.
        self.assertEqual(micro.holm_rejects([0.01, 0.04, 0.03, 0.005], 0.05), [True, False, False, True])
        self.assertEqual(micro.holm_rejects([], 0.05), [])


def noisy(rng, ns, spread, rounds=10):
    return [ns * math.exp(rng.gauss(0, spread)) for _ in range(rounds)]


class Changes(unittest.TestCase):
    def test_interval_is_students(self):
        # ln(B/A) of 0.01 … 0.05: mean 0.03, standard error √(0.00025 ÷ 5), t(0.975, 4) = 2.776.
        later = [100 * math.exp(k / 100) for k in range(1, 6)]
        (change,) = micro.changes_of({"x": ([100] * 5, later)}, 0)
        half = 2.776445 * math.sqrt(0.00025 / 5)
        self.assertAlmostEqual(change.ratio, math.exp(0.03))
        self.assertAlmostEqual(change.low, math.exp(0.03 - half), 6)
        self.assertAlmostEqual(change.high, math.exp(0.03 + half), 6)
        self.assertAlmostEqual(change.p, 0.0132, 4)  # t = 3 √2, two-sided, 4 degrees
        self.assertEqual((change.a, change.verdict), (100, "slower"))
        self.assertAlmostEqual(change.b, 100 * math.exp(0.03))

    def test_planted_changes_are_found_and_their_direction(self):
        rng = random.Random(1)
        for _ in range(40):
            times = {f"same{i}": (noisy(rng, 50, 0.02), noisy(rng, 50, 0.02)) for i in range(60)}
            times["slow"] = (noisy(rng, 50, 0.02), noisy(rng, 60, 0.02))
            times["fast"] = (noisy(rng, 50, 0.02), noisy(rng, 40, 0.02))
            verdicts = {change.name: change.verdict for change in micro.changes_of(times, 0.02)}
            self.assertEqual((verdicts["slow"], verdicts["fast"]), ("slower", "faster"))

    def test_unchanged_code_does_not_cry_wolf(self):
        rng = random.Random(2)
        tables = 400
        false_alarms = 0
        for _ in range(tables):
            times = {str(i): (noisy(rng, 50, 0.05), noisy(rng, 50, 0.05)) for i in range(20)}
            false_alarms += any(change.verdict for change in micro.changes_of(times, 0))
        # 5 of 100 tables are meant to have one: 20, and five standard deviations of that.
        self.assertLess(false_alarms, 42)
        self.assertGreater(false_alarms, 2)

    def test_a_change_within_the_margin_is_none(self):
        rng = random.Random(3)
        times = {"x": (noisy(rng, 100, 0.001), noisy(rng, 101, 0.001))}
        self.assertEqual(micro.changes_of(times, 0.02)[0].verdict, "")
        self.assertEqual(micro.changes_of(times, 0)[0].verdict, "slower")

    def test_rounds_without_any_spread(self):
        self.assertEqual(micro.changes_of({"x": ([7] * 4, [7] * 4)}, 0)[0].verdict, "")
        self.assertEqual(micro.changes_of({"x": ([7] * 4, [8] * 4)}, 0.02)[0].verdict, "slower")


def report(*runs):
    return json.dumps({"benchmarks": list(runs)})


class Reading(unittest.TestCase):
    def test_median_of_the_repetitions_in_their_unit(self):
        run = {"name": "x", "run_type": "iteration", "time_unit": "us"}
        times = [{**run, "cpu_time": t} for t in (3, 1, 2)] + [{**run, "run_type": "aggregate", "cpu_time": 99}]
        self.assertEqual(micro.median_time(report(*times)), 2000)

    def test_a_benchmark_that_fails_or_is_missing(self):
        with self.assertRaisesRegex(micro.Failure, "x: the frame is not read"):
            micro.median_time(report({"name": "x", "error_occurred": True, "error_message": "the frame is not read"}))
        with self.assertRaises(micro.Failure):
            micro.median_time(report())

    def test_times_in_words(self):
        self.assertEqual([micro.in_words(ns) for ns in (1.8, 99.96, 999.7, 12345, 2e6, 3.2e10)],
                         ["1.80 ns", "100 ns", "1.00 µs", "12.3 µs", "2.00 ms", "32.0 s"])  # fmt: skip


PROGRAM = """\
#!{python}
import json, re, sys
times = {times!r}
if "--benchmark_list_tests=true" in sys.argv:
    print("\\n".join(times))
    sys.exit()
wanted = re.compile(next(word for word in sys.argv if word.startswith("--benchmark_filter=")).split("=", 1)[1])
print(json.dumps({{"benchmarks": [{{"name": n, "run_type": "iteration", "cpu_time": t, "time_unit": "ns"}}
                                 for n, t in times.items() if wanted.search(n)]}}))
"""


class Program(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def side(self, name, times):
        path = self.folder / name
        path.write_text(PROGRAM.format(python=sys.executable, times=times))
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return {"results": path}

    def compared(self, a, b, *words):
        sides = [self.side("a", a), self.side("b", b)]
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            code = self.compare(["--rounds", "4", *words], sides)
        return code, out.getvalue()

    def compare(self, words, sides):
        @contextlib.contextmanager
        def built(_):
            yield sides

        with unittest.mock.patch.object(micro, "commit_of", lambda revision: revision * 10):
            return micro.compare(micro.arguments_from(["a", "b", *words]), built)

    def test_a_slower_benchmark_is_named_and_the_exit_code_is_1(self):
        code, text = self.compared({"encode/1000": 100, "record": 2}, {"encode/1000": 150, "record": 2})
        self.assertEqual(code, 1, text)
        self.assertRegex(text, r"results/encode/1000 +100 ns +150 ns +1\.500 +\[1\.500, 1\.500\] +slower\n")
        self.assertRegex(text, r"results/record +2\.00 ns +2\.00 ns +1\.000 +\[1\.000, 1\.000\]\n")
        self.assertIn("1 slower, 0 faster, 1 not known to have changed", text)

    def test_a_faster_one_is_no_failure(self):
        code, text = self.compared({"record": 2}, {"record": 1})
        self.assertEqual(code, 0)
        self.assertIn("faster", text)

    def test_benchmarks_of_one_side_are_listed(self):
        code, text = self.compared({"a/1": 1, "old": 1}, {"a/1": 1, "a/10": 1, "new": 1})
        self.assertEqual(code, 0)
        self.assertIn("In A only, not compared: results/old.", text)
        self.assertIn("In B only, not compared: results/a/10, results/new.", text)

    def test_filter(self):
        code, text = self.compared({"record": 2, "encode": 5}, {"record": 3, "encode": 5}, "--filter", "enc")
        self.assertEqual(code, 0)
        self.assertNotIn("record", text)
        with self.assertRaisesRegex(micro.Misuse, "no benchmark"):
            self.compared({"record": 2}, {"record": 3}, "--filter", "nothing")

    def test_sides_take_turns_in_going_first(self):
        order = []
        sides = [{"x": ("A", "x")}, {"x": ("B", "x")}]
        with contextlib.redirect_stderr(io.StringIO()):
            times = micro.run_rounds(sides, ["x"], 4, lambda program, _: order.append(program) or len(order))
        self.assertEqual("".join(order), "ABBAABBA")
        self.assertEqual(times, {"x": ([1, 4, 5, 8], [2, 3, 6, 7])})


class Usage(unittest.TestCase):
    def expect_refused(self, words, *parts):
        error = io.StringIO()
        with contextlib.redirect_stderr(error), contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(micro.main(words), 2)
        for part in (*parts, "hint: "):
            self.assertIn(part, error.getvalue())

    def test_bad_arguments(self):
        self.expect_refused([], "REV_A", "compare_micro.sh REV_A REV_B")
        self.expect_refused(["HEAD"], "REV_B")
        self.expect_refused(["HEAD", "HEAD", "--no-such"], "--no-such")
        self.expect_refused(["HEAD", "HEAD", "--rounds", "many"], "--rounds")
        self.expect_refused(["HEAD", "HEAD", "--rounds", "3"], "at least 4, got 3")
        self.expect_refused(["HEAD", "HEAD", "--margin", "-1"], "--margin")
        self.expect_refused(["HEAD", "HEAD", "--filter", "("], "--filter (")
        self.expect_refused(["no-such-revision", "HEAD"], "no-such-revision: no such commit")


if __name__ == "__main__":
    unittest.main()
