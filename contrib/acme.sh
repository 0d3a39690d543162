# shellcheck shell=sh
# A deploy hook of acme.sh, which reads it; README.md says how to install it.
# NAME KEY CERTIFICATE CA FULLCHAIN
livecert_deploy() (
  name=$1 key=$2 fullchain=$5
  set -a
  # shellcheck source=contrib/deploy.conf
  [ ! -e "${LIVECERT_DEPLOY_CONF:=/etc/livecert/deploy.conf}" ] || . "$(realpath "$LIVECERT_DEPLOY_CONF")"
  set +a
  exec livecert cert deploy --name "$name" --all-names --create-domains --wait "$fullchain" "$key"
)
