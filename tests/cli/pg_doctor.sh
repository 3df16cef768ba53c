#!/bin/bash
# What doctor says of a PostgreSQL target: fit, or why not and what a DBA has to run.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
. "$support/pg_clinic.sh"
needs_python sqlite3
pg_fresh "$TOP_SRCDIR/clinics/profiles/dentalpin"
clinic_file --patients 3 --seed 7 source.dpm

pg_clinic sol "$work/source.dpm"
run 0 doctor sol
has out "sol@$PGHOST: PostgreSQL 15."
has out 'UTF8'
grep -q '^ok *clinic ' out || complain "the clinic is not told"
has out 'can be made or used'
has out 'tables of the profile can be written'
has out 'no triggers, rules or row security'
has out 'max_wal_size is'
equal "$(pg_value sol "SELECT to_regnamespace('mudanza') IS NULL")" t
has out 'dbname sol (clinics/sol/config.yaml:'
run 0 --json doctor sol
equal "$(value '[(p["value"], p["in"]) for p in d["places"] if p["name"] in ("dbname", "service")]')" "[(None, 'nowhere'), ('sol', 'config')]"

# What will fire is listed; it is no fault.
pg_value sol 'CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
    CREATE TRIGGER welcome BEFORE INSERT ON patients FOR EACH ROW EXECUTE FUNCTION tell();
    CREATE RULE keep AS ON DELETE TO budgets DO INSTEAD NOTHING'
run 0 doctor sol
has out 'patients: triggers welcome'
has out 'budgets: rules keep'
run 0 doctor sol --json
document doctor
equal "$(value '[c["state"] for c in d["checks"] if c["name"] == "fires"]')" "['warn']"

# A role without rights: the lines somebody has to run make it fit.
pg_value sol 'CREATE ROLE guest LOGIN'
sed -i 's/^  user: .*/  user: guest/' clinics/sol/config.yaml
run 7 doctor sol
has out 'CREATE SCHEMA mudanza AUTHORIZATION guest;'
sed -n 's/.*a DBA has to run[^:]*: //p' out >lines.sql
grep -q 'GRANT SELECT ON "*public"*."*clinics"* TO guest;' lines.sql || complain "SELECT on the clinics is not asked for"
equal "$(wc -l <lines.sql)" 2
psql -q -X -v ON_ERROR_STOP=1 -d sol -f lines.sql
run 0 doctor sol
pg_value sol 'ALTER ROLE guest SET default_transaction_read_only = on'
run 7 doctor sol
has out 'read-only by default'
pg_value sol 'ALTER ROLE guest RESET default_transaction_read_only'

# The clinic is not there, or is one of several; a table is somewhere else, or none.
cp clinics/sol/config.yaml config.before
grep -q clinic_id clinics/sol/config.yaml || sed -i 's/^settings:/&\n  clinic_id: x/' clinics/sol/config.yaml
sed -i 's/^  clinic_id: .*/  clinic_id: 00000000-0000-4000-8000-00000000dead/' clinics/sol/config.yaml
run 7 doctor sol
has out 'no clinic with the id 00000000-0000-4000-8000-00000000dead'
cp config.before clinics/sol/config.yaml
pg_value sol 'CREATE SCHEMA app; ALTER TABLE appointments SET SCHEMA app; ALTER TABLE budgets RENAME TO old_budgets;
    CREATE VIEW public.budgets AS SELECT * FROM old_budgets'
run 7 doctor sol
has out 'appointments (a table of the schema app)'
has out 'budgets (a view or a foreign table of the schema public)'
pg_value sol 'ALTER TABLE app.appointments SET SCHEMA public; DROP VIEW budgets; ALTER TABLE old_budgets RENAME TO budgets'

# Not there, a table missing, an encoding that cannot hold every name.
sed -i 's/^  dbname: .*/  dbname: nowhere/' clinics/sol/config.yaml
run 7 doctor sol
has out 'The server has no such database'
lacks out 'mapping check'
cp clinics/sol/config.yaml config.nowhere
sed -i '/^  \(dbname\|host\|user\): /d; s/^target:.*/&\n  service: unheard/' clinics/sol/config.yaml
run 7 doctor sol
has out 'the file of services'
lacks out 'server runs'
cp config.nowhere clinics/sol/config.yaml
psql -q -X -d postgres -c "CREATE DATABASE plain ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0"
sed -i 's/^  dbname: .*/  dbname: plain/' clinics/sol/config.yaml
run 7 doctor sol
has out 'the database is in SQL_ASCII'
has out 'missing: '

# Behind a pooler, which tells another process number, nothing is begun.
pg_clinic luna "$work/source.dpm"
mkdir pool
"$python" "$support/pool_proxy.py" "$PGHOST/.s.PGSQL.5432" pool/.s.PGSQL.5432 &
pooler=$!
until [ -S pool/.s.PGSQL.5432 ]; do :; done
sed -i "s|^  host: .*|  host: \"$work/pool\"|" clinics/luna/config.yaml
run 7 doctor luna
has out 'a connection pooler stands in between'
run 7 autopilot luna --as-of "$as_of"
kill "$pooler"

# A password from a file, for a role that needs one; it is told to nobody.
sed -i '1i local all porter scram-sha-256' "$temp_pg_folder/own/data/pg_hba.conf"
pg_value luna "CREATE ROLE porter LOGIN SUPERUSER PASSWORD 'open sesame'; SELECT pg_reload_conf()" >/dev/null
echo 'open sesame' >word
chmod 600 word
sed -i "s|^  host: .*|  host: \"$PGHOST\"|; s|^  user: .*|  user: porter\n  password: \${file:$work/word}|" clinics/luna/config.yaml
run 0 doctor luna
has out ', as porter'
run 0 autopilot luna --as-of "$as_of"
echo 'open barley' >word
run 7 doctor luna
has out 'password authentication failed'
lacks out barley
sed -i '/^  password: /d' clinics/luna/config.yaml
printf '*:*:*:porter:open sesame\n' >pass
chmod 644 pass
PGPASSFILE=$work/pass run 7 doctor luna
has out "chmod 600 $work/pass"
chmod 600 pass
PGPASSFILE=$work/pass run 0 doctor luna
finish
