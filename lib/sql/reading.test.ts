import assert from "node:assert/strict";
import { test } from "node:test";
import { requireReading } from "./reading.ts";

const REFUSED = "only statements that read are allowed, but this begins with";

test("a statement whose first word is mistyped is refused with the word that was probably meant", () => {
  const meant = {
    "selct 1": "selct, did you mean SELECT?",
    "/* a */ (slect 1)": "slect, did you mean SELECT?",
    "wiht x AS (SELECT 1) TABLE x": "wiht, did you mean WITH?",
    "SHWO TABLES": "SHWO, did you mean SHOW?",
    "EXPLAIN selct 1": "selct, did you mean SELECT?",
    "explian SELECT 1": "explian, did you mean EXPLAIN?",
  };
  for (const [sql, suggestion] of Object.entries(meant)) {
    assert.throws(() => requireReading(sql, { showing: true }), { message: `${REFUSED} ${suggestion}` });
  }
  assert.throws(() => requireReading("SHWO TABLES", { showing: false }), { message: `${REFUSED} SHWO` });
});

test("nothing is suggested for a statement that writes", () => {
  const writing =
    "INSERT UPDATE DELETE MERGE CREATE ALTER DROP TRUNCATE COPY EXPORT IMPORT ATTACH DETACH USE SET RESET PRAGMA CALL LOAD INSTALL " +
    "BEGIN COMMIT ROLLBACK GRANT REVOKE EXECUTE PREPARE CHECKPOINT VACUUM ANALYZE COMMENT";
  for (const word of writing.split(" ")) {
    assert.throws(() => requireReading(`${word} x`, { showing: true }), { message: `${REFUSED} ${word}` });
  }
});
