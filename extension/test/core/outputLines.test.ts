import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { OutputFormatter, placesIn, readable } from "../../src/core/outputLines";

describe("OutputFormatter", () => {
  const entry = (unit: string, text: string, stream = "stdout") => ({ unit, stream, text });

  it("prefixes each line with its unit", () => {
    const formatter = new OutputFormatter();

    assert.equal(
      formatter.format([entry("a.main", "one\ntwo\n"), entry("billing.main", "three\r\n")]),
      "a.main │ one\na.main │ two\nbilling.main │ three\n",
    );
  });

  it("marks the line of a request", () => {
    const formatter = new OutputFormatter();
    const line = "charge GET / → 200 · 3 ms\n";

    assert.equal(formatter.format([entry("a", line, "request")]), `a │ ▸ ${line}`);
  });

  it("joins the parts of a line, separately for each stream", () => {
    const formatter = new OutputFormatter();

    assert.equal(
      formatter.format([entry("a", "begin "), entry("a", "error\n", "stderr")]),
      "a │ error\n",
    );
    assert.equal(formatter.format([entry("a", "end\n")]), "a │ begin end\n");
  });

  it("flushes unfinished lines when the runner stops", () => {
    const formatter = new OutputFormatter();
    formatter.format([entry("a", "no newline")]);

    assert.equal(formatter.flush(), "a │ no newline\n");
    assert.equal(formatter.flush(), "");
  });
});

describe("readable", () => {
  it("makes a line of a structured log readable", () => {
    const line = JSON.stringify({
      severity: "WARNING",
      message: "low stock",
      item: "mug",
      left: 2,
      "logging.googleapis.com/labels": { execution_id: "x" },
    });

    assert.equal(readable(line), "WARNING low stock item=mug left=2");
  });

  it("leaves other lines unchanged", () => {
    for (const line of ["plain", "{broken", '{"no": "message"}', "[1]", "{}"]) {
      assert.equal(readable(line), line);
    }
  });
});

describe("placesIn", () => {
  it("finds file and line of a traceback", () => {
    const line = 'billing.main │   File "/shop/my billing/main.py", line 17, in charge';
    const [place] = placesIn(line);

    assert.deepEqual([place?.path, place?.line], ["/shop/my billing/main.py", 17]);
    assert.equal(line.slice(place?.start, place?.end), 'File "/shop/my billing/main.py", line 17');
  });

  it("finds Windows paths and ignores names that are not paths", () => {
    assert.equal(placesIn('File "C:\\shop\\main.py", line 3')[0]?.path, "C:\\shop\\main.py");
    assert.deepEqual(placesIn('File "<string>", line 1'), []);
  });
});
