#!/bin/sh
# A new Tryton database below the working directory's `seeded`, with what seed.py puts into it.
set -eu
here=$(dirname "$0")
rm -rf seeded
mkdir seeded
cat > seeded/trytond.conf <<EOF
[database]
uri = sqlite://
path = $PWD/seeded
EOF
echo "only for this test" > seeded/password
export TRYTONPASSFILE="$PWD/seeded/password"
touch seeded/erp.sqlite
bin/trytond-admin -c seeded/trytond.conf -d erp --all --email test@example.com -p 2> seeded/log
bin/trytond-admin -c seeded/trytond.conf -d erp -u sale purchase stock --activate-dependencies \
  2>> seeded/log
bin/python "$here/seed.py" seeded/trytond.conf > seeded/key
