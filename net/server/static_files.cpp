#include "net/server/static_files.hpp"

namespace atalaya::net::web {

namespace {

constexpr std::string_view index_name = "index.html";

/// Whether the client takes `coding`: named, and not with a weight of zero.
bool takes(const request& req, std::string_view coding) {
  for (auto rest = req.header("Accept-Encoding"); !rest.empty();) {
    auto part = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    auto semicolon = std::min(part.find(';'), part.size());
    if (!same_word(trimmed(part.substr(0, semicolon)), coding))
      continue;
    auto weight = trimmed(part.substr(std::min(semicolon + 1, part.size())));
    return weight.find_first_not_of("q=0.") != std::string_view::npos
           || weight.empty();
  }
  return false;
}

answer not_modified() {
  answer result;
  result.status = 304;
  return result;
}

answer give(const request& req, const static_file& x) {
  auto etag = std::string{x.etag};
  answer result;
  result.file = x.bytes;
  if (!x.brotli.empty() && takes(req, "br")) {
    result.file = x.brotli;
    result.headers.emplace_back("Content-Encoding", "br");
    etag += "-br";
  } else if (!x.gzip.empty() && takes(req, "gzip")) {
    result.file = x.gzip;
    result.headers.emplace_back("Content-Encoding", "gzip");
    etag += "-gz";
  }
  etag = '"' + etag + '"';
  if (req.has_already(etag))
    result = not_modified();
  else
    result.type = x.content_type;
  result.headers.emplace_back("ETag", etag);
  result.headers.emplace_back("Vary", "Accept-Encoding");
  result.cache = x.path.starts_with("assets/")
                   ? "public, max-age=31536000, immutable"
                   : "no-cache";
  return result;
}

} // namespace

void static_files::add(const static_file& x) {
  if (x.path == index_name) {
    index_ = x.bytes;
    index_etag_ = x.etag;
  } else {
    files_.emplace(x.path, x);
  }
}

void static_files::set_base(const std::string& base_path) {
  constexpr std::string_view relative = "=\"./";
  auto absolute = "=\"" + base_path;
  for (size_t i = 0; (i = index_.find(relative, i)) != std::string::npos;
       i += absolute.size())
    index_.replace(i, relative.size(), absolute);
  index_etag_ = '"' + index_etag_ + '-'
                + std::to_string(std::hash<std::string>{}(base_path) & 0xffff)
                + '"';
}

answer static_files::page(const request& req) const {
  answer result;
  if (req.has_already(index_etag_)) {
    result = not_modified();
  } else {
    result.type = "text/html; charset=utf-8";
    result.body = index_;
  }
  result.headers.emplace_back("ETag", index_etag_);
  result.cache = "no-cache";
  return result;
}

answer static_files::get(const request& req) const {
  auto path = percent_decode(req.path).value_or("");
  auto name = std::string_view{path};
  name.remove_prefix(name.starts_with('/') ? 1 : 0);
  if (auto i = files_.find(name); i != files_.end())
    return give(req, i->second);
  auto wants_page = name.empty() || name == index_name
                    || req.header("Accept").find("text/html")
                         != std::string_view::npos;
  if (index_.empty() || !wants_page || name.starts_with("assets/"))
    return problem(errc::not_found, "there is nothing at " + req.path);
  return page(req);
}

} // namespace atalaya::net::web
