#pragma once

#include <vector>

#include "app/check_list.h"
#include "app/nginx_configuration.h"
#include "edge/definition.h"
#include "edge/order.h"
#include "x509/certificate.h"

// Checks of the servers behind the edges, beside those of StartCheck. All of them only read.
namespace livecert::app {

// An order of the store, with the chain that edges are to show for it.
struct Expected {
  edge::Order order;
  std::vector<x509::Certificate> chain;  // leaf first
};

// Whether the server's processes may read what livecert writes. The calling user counts as the one that runs livecert.
void check_readers(const edge::Definition& definition, CheckList& list);

// Whether one of the configurations includes the map of the edge, uses its variable for both certificate and key, and
// leaves the cache of certificates off. Nothing for other kinds than nginx.
void check_nginx(const edge::Definition& definition, const std::vector<NginxConfiguration>& configurations,
                 CheckList& list);

// Whether HAProxy gives livecert the level that it needs, and has the crt-list of the edge under exactly its path.
// Waits a second for each of two answers. Nothing for other kinds, or when the socket does not answer.
void check_haproxy_runtime(const edge::Definition& definition, CheckList& list);

// Whether the listener shows what was ordered, by a handshake for at most three of the domains that the edge takes.
void check_shown(const edge::Definition& definition, const std::vector<Expected>& expected, CheckList& list);

}  // namespace livecert::app
