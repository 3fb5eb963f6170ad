"""scenarios/schema.json accepts every good scenario and refuses the mistakes that a schema can see."""

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
schema = json.loads((root / "scenarios/schema.json").read_text())
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
wrong = root / "tests/data/scenarios/wrong"
failed = False

good = sorted((root / "scenarios").glob("**/*.yaml")) + sorted((root / "tests/data/scenarios/valid").glob("*.yaml"))
for file in good:
    for error in validator.iter_errors(yaml.safe_load(file.read_text())):
        print(f"{file}: {error.json_path}: {error.message[:300]}")
        failed = True

seen = ["typing_errors", "units", "impossible_values", "wrong_kinds", "values_left_out", "keys_missing", "names",
        "a_list", "extends_something_else"]
for name in seen:
    if validator.is_valid(yaml.safe_load((wrong / f"{name}.yaml").read_text())):
        print(f"{name}.yaml is accepted by the schema")
        failed = True

print(f"{len(good)} good scenarios, {len(seen)} wrong ones")
sys.exit(1 if failed or len(good) < 7 else 0)
