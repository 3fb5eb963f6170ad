"""The schemas accept every good scenario and budgets file and refuse the mistakes that a schema can see."""

import json
import pathlib
import sys

try:
    import jsonschema
    import yaml
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

root = pathlib.Path(sys.argv[1])


def validator_of(schema_file):
    schema = json.loads((root / "scenarios" / schema_file).read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


validator = validator_of("schema.json")
budgets_validator = validator_of("budgets.schema.json")
claims_validator = validator_of("claims.schema.json")
wrong = root / "tests/data/scenarios/wrong"
failed = False

good_budgets = sorted((root / "scenarios/budgets").glob("*.yaml"))
# Files that scenarios name: contracts of traces, configurations of Collectors.
parts = {file for file in (root / "scenarios").glob("**/*.yaml") if file.parent.name in ("contracts", "collectors")}
good_claims = sorted((root / "scenarios").glob("*/claims.yaml"))
good = sorted(set((root / "scenarios").glob("**/*.yaml")) - set(good_budgets) - set(good_claims) - parts) + sorted(
    (root / "tests/data/scenarios/valid").glob("*.yaml"))
for file in good + good_budgets + good_claims:
    of_file = budgets_validator if file in good_budgets else claims_validator if file in good_claims else validator
    for error in of_file.iter_errors(yaml.safe_load(file.read_text())):
        print(f"{file}: {error.json_path}: {error.message[:300]}")
        failed = True

seen = ["typing_errors", "units", "impossible_values", "wrong_kinds", "values_left_out", "keys_missing", "names",
        "a_list", "extends_something_else", "phases_words", "phases_twice", "phases_none", "phases_as_a_word", "programs",
        "samplers"]
for name in seen:
    if validator.is_valid(yaml.safe_load((wrong / f"{name}.yaml").read_text())):
        print(f"{name}.yaml is accepted by the schema")
        failed = True

wrong_budgets = sorted(wrong.glob("*.budgets"))
for file in wrong_budgets:
    if budgets_validator.is_valid(yaml.safe_load(file.read_text())):
        print(f"{file.name} is accepted by the schema")
        failed = True

print(f"{len(good_budgets)} good budgets files, {len(wrong_budgets)} wrong ones")
if claims_validator.is_valid({"version": 1, "system": "x", "claims": [{"id": "A", "says": "b", "runs": "c"}]}):
    print("a claim with an unknown key is accepted by the schema")
    failed = True

print(f"{len(good)} good scenarios, {len(seen)} wrong ones; {len(good_claims)} files of claims")
sys.exit(1 if failed or len(good) < 8 or not good_budgets or not wrong_budgets or len(good_claims) < 5 else 0)
