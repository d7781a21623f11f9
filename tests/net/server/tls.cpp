#define CAF_SUITE server_tls

#include "net/server/server.hpp"

#include <cstdio>
#include <filesystem>
#include <thread>

#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "served.hpp"

#include <caf/test/dsl.hpp>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using namespace atalaya;
using namespace atalaya::test;

namespace {

template <class F>
void write_pem(const std::string& path, F write) {
  auto file = std::fopen(path.c_str(), "w");
  CAF_REQUIRE(file != nullptr);
  CAF_REQUIRE_EQUAL(write(file), 1);
  std::fclose(file);
}

/// A key, and a certificate that it signs itself, in files of their own.
struct identity {
  identity() {
    auto pair = EVP_EC_gen("P-256");
    auto x509 = X509_new();
    X509_gmtime_adj(X509_getm_notBefore(x509), 0);
    X509_gmtime_adj(X509_getm_notAfter(x509), 3'600);
    X509_set_pubkey(x509, pair);
    X509_sign(x509, pair, EVP_sha256());
    write_pem(certificate,
              [&](auto file) { return PEM_write_X509(file, x509); });
    write_pem(key, [&](auto file) {
      return PEM_write_PrivateKey(file, pair, nullptr, nullptr, 0, nullptr,
                                  nullptr);
    });
    X509_free(x509);
    EVP_PKEY_free(pair);
  }

  ~identity() {
    std::filesystem::remove(certificate);
    std::filesystem::remove(key);
  }

  std::string certificate = name("certificate");
  std::string key = name("key");

private:
  static std::string name(const std::string& what) {
    return std::filesystem::temp_directory_path()
           / ("atalaya-" + std::to_string(::getpid()) + '-' + what + ".pem");
  }
};

net::web::server_options with(const identity& own) {
  net::web::server_options options;
  options.tls_certificate = own.certificate;
  options.tls_key = own.key;
  return options;
}

struct fixture {
  using tls_stream = beast::ssl_stream<beast::tcp_stream>;

  identity own;
  served server{with(own)};
  asio::io_context io;
  ssl::context context{ssl::context::tls_client};

  tls_stream connect() {
    tls_stream result{io, context};
    beast::get_lowest_layer(result).connect(
      {asio::ip::address_v4::loopback(), server.port()});
    result.handshake(ssl::stream_base::client);
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(tls_tests, fixture)

CAF_TEST(requests go over tls and their cookies are secure) {
  auto stream = connect();
  http::request<http::string_body> req{http::verb::post, "/api/login", 11};
  req.set(http::field::host, "erp.es");
  req.set(http::field::origin, "https://erp.es");
  req.set(http::field::content_type, "application/json");
  req.body() = R"({"user":"ana","password":"right"})";
  req.prepare_payload();
  http::write(stream, req);
  http::response<http::string_body> reply;
  beast::flat_buffer buffer;
  http::read(stream, buffer, reply);
  CAF_CHECK_EQUAL(reply.result_int(), 200u);
  CAF_CHECK(reply[http::field::set_cookie].ends_with("; Secure"));
  CAF_CHECK_EQUAL(reply[http::field::strict_transport_security],
                  "max-age=31536000");
}

CAF_TEST(a socket goes over tls and is told when the server stops) {
  beast::websocket::stream<tls_stream> ws{connect()};
  ws.set_option(beast::websocket::stream_base::decorator(
    [](beast::websocket::request_type& req) {
      req.set(http::field::authorization, "Bearer viewer");
    }));
  ws.handshake("erp.es", "/api/events");
  beast::flat_buffer buffer;
  ws.read(buffer);
  CAF_CHECK(beast::buffers_to_string(buffer.data()).find("hello")
            != std::string::npos);
  std::thread stopping{[&] { server.stop(); }};
  beast::error_code ec;
  buffer.clear();
  ws.read(buffer, ec);
  CAF_CHECK_EQUAL(ws.reason().code, 1001);
  stopping.join();
}

CAF_TEST(plain http is not answered) {
  auto reply = server.raw("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  CAF_CHECK(reply.find("HTTP/1.1") == std::string::npos);
  CAF_CHECK(reply.find("ok") == std::string::npos);
}

CAF_TEST_FIXTURE_SCOPE_END()
