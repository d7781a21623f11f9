#include "net/server/core.hpp"

#include <boost/asio/ssl/stream.hpp>

namespace ssl = boost::asio::ssl;

namespace atalaya::net::web {

namespace {

/// "atalaya" and "/atalaya" are "/atalaya/".
server_options normal(server_options x) {
  if (!x.base_path.starts_with('/'))
    x.base_path.insert(0, "/");
  if (!x.base_path.ends_with('/'))
    x.base_path += '/';
  return x;
}

void must(const boost::system::error_code& ec, const std::string& option,
          const std::string& path) {
  if (ec)
    throw std::runtime_error{option + " " + path + ": " + ec.message()
                             + "; it must be a readable PEM file, and "
                               "tls_key that of tls_certificate"};
}

std::unique_ptr<ssl::context> tls_context(const server_options& options) {
  auto& certificate = options.tls_certificate;
  auto& key = options.tls_key;
  if (certificate.empty() && key.empty())
    return nullptr;
  if (certificate.empty() || key.empty())
    throw std::runtime_error{"tls_certificate, tls_key: only one is set; "
                             "HTTPS needs both"};
  auto result = std::make_unique<ssl::context>(ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(result->native_handle(), TLS1_2_VERSION);
  boost::system::error_code ec;
  result->use_certificate_chain_file(certificate, ec);
  must(ec, "tls_certificate", certificate);
  result->use_private_key_file(key, ssl::context::pem, ec);
  must(ec, "tls_key", key);
  return result;
}

} // namespace

server_core::server_core(caf::actor_system& sys, server_options wanted,
                         handles parts, static_files files)
  : options(normal(std::move(wanted))),
    to{sys, std::move(parts.root), std::move(parts.accounts),
       std::move(parts.history), options},
    page(std::move(files)),
    proxies(options.trusted_proxies),
    tls(tls_context(options)),
    sessions(options.sessions) {
  page.set_base(options.base_path);
  if (!options.public_url.empty() && origin_of(options.public_url).empty())
    throw std::runtime_error{"public_url: \"" + options.public_url
                             + "\" is not http:// or https://"};
}

} // namespace atalaya::net::web
