"""The schemas of tests/schemas, and whether what mudanza prints is as they say."""
import glob
import json
import os
import jsonschema


def read(path):
    """A schema, with what its $ref name put in their places."""
    def filled(node):
        if isinstance(node, list):
            return [filled(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return read(os.path.join(os.path.dirname(path), node["$ref"]))
        return {key: filled(value) for key, value in node.items()}
    with open(path, encoding="utf-8") as file:
        return filled(json.load(file))


class Wrong(Exception):
    pass


class Schemas:
    def __init__(self, folder):
        self.documents, self.events = self._folder(folder, "documents"), self._folder(folder, "events")
        self.seen_documents, self.seen_events = set(), set()

    @staticmethod
    def _folder(folder, kind):
        schemas = {os.path.basename(path)[:-len(".json")]: read(path) for path in glob.glob(os.path.join(folder, kind, "*.json"))}
        for name, schema in schemas.items():
            jsonschema.Draft202012Validator.check_schema(schema)
            if schema["type"] == "object" and schema["properties"]["type"] != {"const": name}:
                raise Wrong("%s/%s.json is of another type" % (kind, name))
        return {name: jsonschema.Draft202012Validator(schema) for name, schema in schemas.items()}

    @staticmethod
    def _check(validators, name, value, seen):
        if name not in validators:
            raise Wrong("%s has no schema: %.300s" % (name, value))
        for error in validators[name].iter_errors(value):
            raise Wrong("%s: at %s: %s" % (name, "/".join(str(step) for step in error.absolute_path), error.message[:300]))
        seen.add(name)

    def document(self, value):
        """One document; returns its type."""
        if isinstance(value, dict):
            name = value["type"]
        else:  # a list of rows, or of the fields of one
            name = "dpmf.extract" if not value or isinstance(value[0], dict) else "csv.record"
        self._check(self.documents, name, value, self.seen_documents)
        return name

    def stream(self, lines):
        """All events of a run, from the first to the last; returns run.end."""
        for number, event in enumerate(lines, 1):
            self._check(self.events, event["type"], event, self.seen_events)
            if event["seq"] != number or (event["clinic"], event["run"]) != (lines[0]["clinic"], lines[0]["run"]):
                raise Wrong("event %d of the stream is %s" % (number, event))
        ends = [number for number, event in enumerate(lines, 1) if event["type"] == "run.end"]
        if lines[0]["type"] != "run.start" or ends != [len(lines)]:
            raise Wrong("the stream goes from %s to %s" % (lines[0], lines[-1]))
        return lines[-1]

    def output(self, text):
        """All of standard output; returns the type of its document, or run.start for a stream."""
        if not text.endswith("\n"):
            raise Wrong("standard output does not end with a line: %r" % text[-80:])
        if text.startswith("[") and text[1] in "\n]":
            return self.document(json.loads(text))
        if text.startswith("["):
            return [self.document(json.loads(line)) for line in text.splitlines()][-1]
        lines = [json.loads(line) for line in text.splitlines()]
        if "seq" in lines[0]:
            self.stream(lines)
            return "run.start"
        if len(lines) != 1:
            raise Wrong("%d documents" % len(lines))
        return self.document(lines[0])


def fields_of(schema, prefix=""):
    """What the properties of a schema are, as `mudanza help events --json` tells it."""
    fields = []
    for name, one in schema["properties"].items():
        path, required = prefix + name, name in schema["required"]
        while True:
            kind = one.get("type", "string" if isinstance(one.get("const"), str) else "integer")
            words = one.get("enum", [str(one["const"])] if "const" in one and name != "type" else [])
            fields.append({"name": path, "type": "|".join(kind) if isinstance(kind, list) else kind, "required": required, "words": words})
            if "items" not in one:
                break
            path, one, required = path + "[]", one["items"], True
        if "properties" in one:
            fields += fields_of(one, path + ".")
    return fields
