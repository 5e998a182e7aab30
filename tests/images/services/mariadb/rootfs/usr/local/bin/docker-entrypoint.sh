#!/bin/bash
# Makes the database files where there are none, with the users and the database that the environment asks for, runs
# what stands in /docker-entrypoint-initdb.d against a server without network, and then becomes the command. Runs as the
# user mysql. Each variable MARIADB_x may be spelt MYSQL_x, and come from a file that its name with _FILE names.
set -eo pipefail
shopt -s nullglob

note() { printf '%s [%s] [Entrypoint]: %s\n' "$(date --rfc-3339=seconds)" "${2:-Note}" "$1"; }

fail() {
  note "$1" ERROR >&2
  exit 1
}

# from_file VARIABLE: takes the variable from the file that VARIABLE_FILE names, if it is set.
from_file() {
  local file="$1_FILE"
  [ -n "${!file:-}" ] || return 0
  [ -z "${!1:-}" ] || fail "Both $1 and $file are set (but are exclusive)"
  export "$1=$(<"${!file}")"
  unset "$file"
}

# either NAME [MYSQL_NAME]: lets the MariaDB spelling and the MySQL one have the same value; MariaDB's wins.
either() {
  local maria="MARIADB_$1" mysql="MYSQL_${2:-$1}"
  from_file "$maria"
  from_file "$mysql"
  if [ -n "${!maria:-}" ]; then
    export "$mysql=${!maria}"
  elif [ -n "${!mysql:-}" ]; then
    export "$maria=${!mysql}"
  fi
}

read_environment() {
  local name
  for name in ROOT_PASSWORD ROOT_HOST DATABASE USER PASSWORD RANDOM_ROOT_PASSWORD INITDB_SKIP_TZINFO; do
    either "$name"
  done
  either ALLOW_EMPTY_ROOT_PASSWORD ALLOW_EMPTY_PASSWORD
  from_file MARIADB_ROOT_PASSWORD_HASH
  from_file MARIADB_PASSWORD_HASH
}

# configured NAME COMMAND...: a value of the server's configuration.
configured() {
  local name="$1"
  shift
  "$@" --verbose --help 2>/dev/null | awk -v name="$name" '$1 == name && /^[^ \t]/ { print $2; exit }'
}

# ends_at_once ARGUMENT...: the server would print something and end.
ends_at_once() {
  local argument
  for argument; do
    case "$argument" in
      '-?' | --help | --print-defaults | -V | --version) return 0 ;;
    esac
  done
  return 1
}

check_password() {
  [ -n "$MARIADB_ROOT_PASSWORD$MARIADB_ROOT_PASSWORD_HASH$MARIADB_ALLOW_EMPTY_ROOT_PASSWORD$MARIADB_RANDOM_ROOT_PASSWORD" ] ||
    fail $'Database is uninitialized and password option is not specified\n\tYou need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD'
}

random_password() { tr -dc 'A-Za-z0-9_.,:;+*@%-' </dev/urandom 2>/dev/null | head -c 32 || true; }

# literal TEXT: the text as it stands between the quotes of SQL.
literal() {
  local text="${1//\\/\\\\}"
  printf '%s' "${text//\'/\\\'}"
}

# docker_process_sql [--dont-use-mysql-root-password] ARGUMENT...: runs SQL from the standard input, as root;
# initialisation scripts may call it.
docker_process_sql() {
  local password="$MARIADB_ROOT_PASSWORD"
  if [ "${1:-}" = --dont-use-mysql-root-password ]; then
    password=""
    shift
  fi
  MYSQL_PWD="$password" mariadb --protocol=socket -uroot -hlocalhost --socket="$socket" \
    ${MARIADB_DATABASE:+--database="$MARIADB_DATABASE"} "$@"
}

make_files() {
  note "Initializing database files"
  mariadb-install-db --datadir="$datadir" --rpm --auth-root-authentication-method=normal --cross-bootstrap \
    --skip-test-db --skip-log-bin --default-time-zone=SYSTEM --enforce-storage-engine= --expire-logs-days=0 \
    --loose-innodb_buffer_pool_load_at_startup=0 --loose-innodb_buffer_pool_dump_at_shutdown=0 "$@" >/dev/null
  note "Database files initialized"
}

start_temporary() {
  local tries
  note "Starting temporary server"
  "$@" --skip-networking --default-time-zone=SYSTEM --socket="$socket" --wsrep_on=OFF --expire-logs-days=0 \
    --skip-slave-start --loose-innodb_buffer_pool_load_at_startup=0 &
  temporary=$!
  note "Waiting for server startup"
  for ((tries = 0; tries < 300; tries++)); do
    if docker_process_sql --dont-use-mysql-root-password --database=mysql <<<'SELECT 1' &>/dev/null; then
      note "Temporary server started."
      return 0
    fi
    kill -0 "$temporary" 2>/dev/null || break
    sleep 0.1
  done
  fail "Unable to start server."
}

stop_temporary() {
  note "Stopping temporary server"
  kill "$temporary"
  wait "$temporary"
  note "Temporary server stopped"
}

# The user of healthcheck.sh, with a password that only the data folder knows.
healthcheck_users() {
  local password host
  password="$(random_password)"
  for host in 127.0.0.1 ::1 localhost; do
    printf "CREATE USER healthcheck@'%s' IDENTIFIED BY '%s'; GRANT %s ON *.* TO healthcheck@'%s';\n" \
      "$host" "$password" "${MARIADB_HEALTHCHECK_GRANTS:-USAGE}" "$host"
  done
  (
    umask 0077
    printf '[mariadb-client]\nport=%s\nsocket=%s\nuser=healthcheck\npassword=%s\n' "$port" "$socket" "$password" \
      >"$datadir/.my-healthcheck.cnf"
  )
}

root_users() {
  local password host="${MARIADB_ROOT_HOST:-%}"
  password="IDENTIFIED BY '$(literal "$MARIADB_ROOT_PASSWORD")'"
  [ -z "$MARIADB_ROOT_PASSWORD_HASH" ] || password="IDENTIFIED BY PASSWORD '$MARIADB_ROOT_PASSWORD_HASH'"
  # Those that mariadb-install-db makes have no password, and would be taken before that of '%'.
  printf '%s\n' "DROP USER IF EXISTS root@'127.0.0.1', root@'::1';" \
    "EXECUTE IMMEDIATE CONCAT('DROP USER IF EXISTS root@\\'', @@hostname, '\\'');"
  if [ "$host" != localhost ]; then
    printf "CREATE USER 'root'@'%s' %s; GRANT ALL ON *.* TO 'root'@'%s' WITH GRANT OPTION;\n" "$host" "$password" "$host"
    printf "GRANT PROXY ON ''@'%%' TO 'root'@'%s' WITH GRANT OPTION;\n" "$host"
  fi
  if [ -z "$MARIADB_ROOT_PASSWORD_HASH" ]; then printf "ALTER USER 'root'@'localhost' %s;\n" "$password"; fi
}

wanted_user() {
  local password user="'$MARIADB_USER'@'${MARIADB_USER_HOST:-%}'"
  password="IDENTIFIED BY '$(literal "$MARIADB_PASSWORD")'"
  [ -n "$MARIADB_USER" ] && [ -n "$MARIADB_PASSWORD$MARIADB_PASSWORD_HASH" ] || return 0
  [ -z "$MARIADB_PASSWORD_HASH" ] || password="IDENTIFIED BY PASSWORD '$MARIADB_PASSWORD_HASH'"
  printf 'CREATE USER %s %s;\n' "$user" "$password"
  # shellcheck disable=SC2016
  [ -z "$MARIADB_DATABASE" ] || printf 'GRANT ALL ON `%s`.* TO %s;\n' "${MARIADB_DATABASE//_/\\_}" "$user"
}

make_users() {
  if [ -z "$MARIADB_INITDB_SKIP_TZINFO" ]; then
    mariadb-tzinfo-to-sql --skip-write-binlog /usr/share/zoneinfo 2>/dev/null |
      docker_process_sql --dont-use-mysql-root-password --database=mysql
  fi
  if [ -n "$MARIADB_RANDOM_ROOT_PASSWORD" ]; then
    MARIADB_ROOT_PASSWORD="$(random_password)"
    export MARIADB_ROOT_PASSWORD MYSQL_ROOT_PASSWORD="$MARIADB_ROOT_PASSWORD"
    note "GENERATED ROOT PASSWORD: $MARIADB_ROOT_PASSWORD"
  fi
  [ -z "$MARIADB_DATABASE" ] || note "Creating database $MARIADB_DATABASE"
  [ -z "$MARIADB_USER" ] || note "Creating user $MARIADB_USER"
  note "Securing system users (equivalent to running mysql_secure_installation)"
  {
    # The users of the server itself are not for replicas.
    printf 'SET @log_bin=@@SESSION.SQL_LOG_BIN; SET @@SESSION.SQL_LOG_BIN=0;\n'
    printf "SET @@SESSION.SQL_MODE=REPLACE(@@SESSION.SQL_MODE, 'NO_BACKSLASH_ESCAPES', '');\n"
    healthcheck_users
    root_users
    printf 'SET @@SESSION.SQL_LOG_BIN=@log_bin;\n'
    # shellcheck disable=SC2016
    [ -z "$MARIADB_DATABASE" ] || printf 'CREATE DATABASE IF NOT EXISTS `%s`;\n' "$MARIADB_DATABASE"
    wanted_user
  } | docker_process_sql --dont-use-mysql-root-password --database=mysql --binary-mode
}

run_init_files() {
  local file
  for file; do
    case "$file" in
      *.sh)
        if [ -x "$file" ]; then
          note "$0: running $file"
          "$file"
        else
          note "$0: sourcing $file"
          # shellcheck disable=SC1090
          . "$file"
        fi
        continue
        ;;
      *.sql | *.sql.gz | *.sql.xz | *.sql.zst) note "$0: running $file" ;;
      *) note "$0: ignoring $file" Warn ;;
    esac
    case "$file" in
      *.sql) docker_process_sql <"$file" ;;
      *.sql.gz) gunzip -c "$file" | docker_process_sql ;;
      *.sql.xz) xzcat "$file" | docker_process_sql ;;
      *.sql.zst) zstd -dc "$file" | docker_process_sql ;;
    esac
  done
}

initialise() {
  check_password
  make_files "${@:2}"
  start_temporary "$@"
  make_users
  run_init_files /docker-entrypoint-initdb.d/*
  if [ -n "$MARIADB_ROOT_PASSWORD_HASH" ]; then
    docker_process_sql --dont-use-mysql-root-password --database=mysql \
      <<<"SET PASSWORD FOR 'root'@'localhost' = '$MARIADB_ROOT_PASSWORD_HASH';"
  fi
  stop_temporary
  note "MariaDB init process done. Ready for start up."
}

case "${1:-}" in
  -*) set -- mariadbd "$@" ;;
esac
if [ "${1:-}" = mariadbd ] || [ "${1:-}" = mysqld ] && ! ends_at_once "$@"; then
  note "Entrypoint script for MariaDB Server $MARIADB_VERSION started."
  if ! errors="$("$@" --verbose --help 2>&1 >/dev/null)"; then
    fail $'mariadbd failed while attempting to check config\n\tcommand was: '"$*"$'\n\t'"$errors"
  fi
  read_environment
  datadir="$(configured datadir "$@")" socket="$(configured socket "$@")" port="$(configured port "$@")"
  mkdir -p "$datadir"
  if [ "$(id -u)" = 0 ]; then
    find "$datadir" ! -user mysql -exec chown mysql: {} +
    [ "$(stat -c %U "${socket%/*}")" = mysql ] || chown mysql: "${socket%/*}"
    note "Switching to dedicated user 'mysql'"
    exec gosu mysql "$0" "$@"
  fi
  [ -d "${datadir%/}/mysql" ] || initialise "$@"
  for name in ROOT_PASSWORD ROOT_PASSWORD_HASH PASSWORD PASSWORD_HASH ROOT_HOST; do
    unset "MARIADB_$name" "MYSQL_$name"
  done
fi
exec "$@"
