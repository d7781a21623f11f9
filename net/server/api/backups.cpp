#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/ask.hpp"
#include "net/server/api/accepted.hpp"
#include "net/server/api/handlers.hpp"
#include "net/server/api/lookup.hpp"
#include "net/server/byte_range.hpp"
#include "net/server/file_part.hpp"
#include "net/server/read_body.hpp"

namespace atalaya::net::web::api {

namespace {

constexpr size_t longest_note = 2'000;

struct wish {
  std::optional<std::string> note;
  std::optional<std::string> format;
};
BOOST_DESCRIBE_STRUCT(wish, (), (note, format))

struct confirmation {
  bool confirm = false;
};
BOOST_DESCRIBE_STRUCT(confirmation, (), (confirm))

void check_note(const std::optional<std::string>& note) {
  if (note && note->size() > longest_note)
    throw refused{errc::invalid, "note: longer than "
                                   + std::to_string(longest_note) + " bytes"};
}

boost::asio::awaitable<backup_place> find_backup(const call& c) {
  auto instance = co_await find_instance(c, c.places.at('I'));
  co_return or_refuse(
    co_await ask<backup_place>(c.to.sys, instance, c.to.options.ask_timeout,
                               atom::get_v, c.places.at('B')));
}

/// The file of a backup, open.
struct opened {
  std::shared_ptr<file_part> file;
  std::string etag;
};

opened open_file(const backup_place& x) {
  auto fd = open(x.path.c_str(),
                 O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT)
    throw refused{errc::not_found, "this backup is gone"};
  if (fd < 0)
    throw refused{errc::unavailable,
                  "the backup's file can't be opened: "
                    + std::generic_category().message(errno)};
  opened result{std::make_shared<file_part>(fd), {}};
  struct stat info{};
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
    throw refused{errc::not_found, "this backup is no file"};
  result.file->length = static_cast<uint64_t>(info.st_size);
  char tag[80];
  std::snprintf(tag, sizeof(tag), "\"%jx-%jx-%jx\"",
                static_cast<uintmax_t>(info.st_ino),
                static_cast<uintmax_t>(info.st_size),
                static_cast<uintmax_t>(info.st_mtim.tv_sec) * 1'000'000'000
                  + static_cast<uintmax_t>(info.st_mtim.tv_nsec));
  result.etag = tag;
  return result;
}

/// RFC 6266: a name of plain characters, and the real one.
std::string disposition(const std::string& filename) {
  std::string plain;
  for (char c : filename)
    plain += c > ' ' && c < 0x7f && c != '"' && c != '\\' ? c : '_';
  return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''"
         + percent_encode(filename);
}

/// A date is never as exact as the tag, so that only the tag will do.
bool range_counts(const request& req, const std::string& etag) {
  auto condition = trimmed(req.header("If-Range"));
  return condition.empty() || condition == etag;
}

answer give(const request& req, const backup_place& x) {
  auto [file, etag] = open_file(x);
  answer result;
  result.headers.emplace_back("ETag", etag);
  result.headers.emplace_back("Accept-Ranges", "bytes");
  result.cache = "private, no-cache";
  if (req.has_already(etag)) {
    result.status = 304;
    return result;
  }
  auto size = file->length;
  auto range = range_counts(req, etag) ? read_range(req.header("Range"), size)
                                       : range_wish{};
  auto of = "/" + std::to_string(size);
  if (range.beyond) {
    result = problem(errc::invalid,
                     "the file has only " + std::to_string(size) + " bytes",
                     416);
    result.headers.emplace_back("Content-Range", "bytes *" + of);
    return result;
  }
  if (range.part) {
    result.status = 206;
    file->offset = range.part->offset;
    file->length = range.part->length;
    result.headers.emplace_back(
      "Content-Range", "bytes " + std::to_string(file->offset) + '-'
                         + std::to_string(file->offset + file->length - 1)
                         + of);
  }
  result.type = x.backup.format == backup_format::zip
                  ? "application/zip"
                  : "application/octet-stream";
  result.headers.emplace_back("Content-Disposition",
                              disposition(x.backup.filename));
  result.part = std::move(file);
  return result;
}

} // namespace

reply back_up(call& c) {
  auto wanted = read_body<wish>(c.req, true);
  check_note(wanted.note);
  operation_request request;
  request.kind = operation_kind::backup;
  request.target = c.places['D'];
  request.requested_by = c.who.user;
  request.role = c.who.role;
  request.note = wanted.note.value_or("");
  if (wanted.format && !from_string(*wanted.format, request.format))
    throw refused{errc::invalid, "format: is zip or dump"};
  auto instance = co_await find_instance(c, c.places['I']);
  co_return accepted(
    c, or_refuse(co_await ask<operation>(
         c.to.sys, instance, c.to.options.ask_timeout, std::move(request))));
}

reply download(call& c) {
  auto found = co_await find_backup(c);
  co_return give(c.req, found);
}

reply change_backup(call& c) {
  auto wanted = read_body<backup_change>(c.req);
  check_note(wanted.note);
  if (wanted.pinned && c.who.role != role::admin)
    throw refused{errc::forbidden, "only an administrator may pin a backup"};
  auto instance = co_await find_instance(c, c.places['I']);
  auto changed = or_refuse(
    co_await ask<backup>(c.to.sys, instance, c.to.options.ask_timeout,
                         c.places.at('B'), std::move(wanted)));
  co_return json_answer(to_json(changed));
}

reply remove_backup(call& c) {
  if (!read_body<confirmation>(c.req).confirm)
    throw refused{errc::invalid, "confirm: must be true; a deleted backup "
                                 "can't be had back"};
  operation_request request;
  request.kind = operation_kind::delete_backup;
  request.target = c.places['B'];
  request.requested_by = c.who.user;
  request.role = c.who.role;
  auto instance = co_await find_instance(c, c.places['I']);
  co_return accepted(
    c, or_refuse(co_await ask<operation>(
         c.to.sys, instance, c.to.options.ask_timeout, std::move(request))));
}

} // namespace atalaya::net::web::api
