#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "support/pki.h"
#include "support/test_service.h"

namespace livecert::test {

// A caller of the service with one key: the calls that most tests make, in a line each. Both must outlive it.
class Tenant {
 public:
  Tenant(TestService& service, const signature::Credentials& credentials)
      : service_(&service), credentials_(&credentials) {}

  // The vendor's actions, and our own.
  Answer live(const std::string& action, const boost::json::object& body) const;
  Answer own(const std::string& action, const boost::json::object& body) const;

  // Uploads a certificate for these names (by default the one name); returns the ChainID.
  std::string upload(const std::string& name, boost::json::object more = {}) const;
  std::string upload(const Pki::Leaf& leaf, boost::json::object more = {}) const;
  Answer update(const std::string& chain, const Pki::Leaf& leaf, boost::json::object more = {}) const;

  void add_domain(const std::string& domain, const std::string& project = "default") const;
  Answer bind(const std::string& chain, const std::string& domain, boost::json::object more = {}) const;
  // The domain as DescribeDomain answers it.
  boost::json::object domain(const std::string& name) const;
  // The chain as ListCerts answers it; an empty object when it is not there.
  boost::json::object chain(const std::string& id) const;
  std::vector<std::string> bound_to(const std::string& chain_id) const;

 private:
  TestService* service_;
  const signature::Credentials* credentials_;
};

// A leaf for these names, with the validity of Pki::Leaf's defaults.
[[nodiscard]] Pki::Leaf leaf_for(std::vector<std::string> names);

// The strings of an array.
[[nodiscard]] std::vector<std::string> strings(const boost::json::value& array);
// One string member of each object of an array.
[[nodiscard]] std::vector<std::string> column(const boost::json::value& array, const char* member);

}  // namespace livecert::test
