#!/bin/sh
# Rows that only the target refuses, more of them than allowed: a run that is gone on with is held to the same limit.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
clinic_file --patients 20 --seed 6 source.dpm
clinic calm "$work/source.dpm"
clinic sol "$work/source.dpm"
run 0 autopilot calm --as-of "$as_of"
run 0 run sol client/insert --as-of "$as_of"

# Somebody at the target has used the numbers of three invoices already.
"$python" - <<'PY' || complain "no invoices to put there"
import sqlite3, uuid
calm, sol = (sqlite3.connect(f"clinics/{name}/state/target.db") for name in ("calm", "sol"))
rows = calm.execute("SELECT * FROM invoices WHERE invoice_number IS NOT NULL ORDER BY id LIMIT 3")
id_at = [c[0] for c in rows.description].index("id")
for row in rows.fetchall():
    row = list(row)
    row[id_at] = str(uuid.uuid4())
    sol.execute(f"INSERT INTO invoices VALUES ({', '.join('?' * len(row))})", row)
sol.commit()
PY
run 4 autopilot sol --as-of "$as_of" --on-reject stop
has err 'fiscal_document/insert: the target refused 3 of'
run 4 resume sol --as-of "$as_of"
has err 'fiscal_document/insert: the target refused 3 of'
balances sol

# Allowed, it is done, and stays done.
run 3 resume sol --as-of "$as_of" --on-reject isolate --max-rejects 10
balances sol
run 3 autopilot sol --as-of "$as_of" --max-rejects 2
balances sol
finish
