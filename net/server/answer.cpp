#include "net/server/answer.hpp"

#include <ctime>

#include "actors/reflect/write_json.hpp"
#include "net/server/file_part.hpp"

namespace atalaya::net::web {

namespace {

/// facts/engine-backups-security.md D. Every answer carries them: an error
/// page can be framed, too.
constexpr std::string_view security_headers
  = "Content-Security-Policy: default-src 'none'; script-src 'self'; "
    "style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "font-src 'self'; manifest-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n";

struct problem_details {
  std::string type = "about:blank";
  std::string title;
  unsigned status = 0;
  std::string detail;
  std::string code;
};
BOOST_DESCRIBE_STRUCT(problem_details, (), (type, title, status, detail, code))

std::string http_date() {
  char buf[40];
  std::tm parts{};
  auto now = std::time(nullptr);
  gmtime_r(&now, &parts);
  auto size = std::strftime(buf, sizeof(buf), "%a, %d %b %Y %H:%M:%S GMT",
                            &parts);
  return {buf, size};
}

void put(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

} // namespace

uint64_t answer::length() const {
  return part ? part->length : bytes().size();
}

answer json_answer(std::string json, unsigned status) {
  answer result;
  result.status = status;
  result.type = "application/json";
  result.body = std::move(json);
  return result;
}

answer problem(errc code, std::string_view detail, unsigned status) {
  problem_details details;
  details.status = status == 0 ? status_of(code) : status;
  details.title = reason_of(details.status);
  details.detail = detail;
  details.code = to_string(code);
  auto result = json_answer(to_json(details), details.status);
  result.type = "application/problem+json";
  result.refusal = code;
  if (code == errc::unauthenticated)
    result.headers.emplace_back("WWW-Authenticate", "Bearer");
  if (code == errc::too_many_requests) {
    std::string seconds{
      detail.substr(0, detail.find_first_not_of("0123456789"))};
    result.headers.emplace_back("Retry-After", seconds.empty() ? "1" : seconds);
  }
  return result;
}

unsigned status_of(errc code) {
  switch (code) {
    case errc::invalid:
      return 400;
    case errc::unauthenticated:
      return 401;
    case errc::forbidden:
      return 403;
    case errc::not_found:
      return 404;
    case errc::conflict:
      return 409;
    case errc::too_large:
      return 413;
    case errc::unprocessable:
      return 422;
    case errc::too_many_requests:
      return 429;
    case errc::internal:
      return 500;
    case errc::unavailable:
      return 503;
  }
  return 500;
}

std::string_view reason_of(unsigned status) {
  switch (status) {
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 304:
      return "Not Modified";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 416:
      return "Range Not Satisfiable";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

std::string head_of(const answer& x, bool close, bool tls) {
  std::string out = "HTTP/1.1 " + std::to_string(x.status) + ' ';
  out.append(reason_of(x.status)).append("\r\n");
  put(out, "Date", http_date());
  if (!x.type.empty())
    put(out, "Content-Type", x.type);
  if (x.status != 204 && x.status != 304)
    put(out, "Content-Length", std::to_string(x.length()));
  put(out, "Cache-Control", x.cache);
  for (auto& [name, value] : x.headers)
    put(out, name, value);
  out.append(security_headers);
  if (tls)
    put(out, "Strict-Transport-Security", "max-age=31536000");
  if (close)
    put(out, "Connection", "close");
  return out.append("\r\n");
}

} // namespace atalaya::net::web
