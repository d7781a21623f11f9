#include "operations/dump_rows.hpp"

#include <algorithm>

#include "net/postgres/copy_out.hpp"
#include "operations/dump_hold.hpp"

namespace atalaya {

namespace {

namespace asio = boost::asio;
namespace pg = net::pg;

/// What is read before each write of a piece that is streamed.
constexpr auto stream_size = size_t{1} << 20;

/// The rest of a piece too big for the buffer, with the writer to itself.
asio::awaitable<void>
stream(pg::copy_out& rows, std::string& text, dump_writer& to) {
  dump_writer::block block{to};
  for (auto more = true; more;) {
    block.write(text);
    text.clear();
    more = co_await rows.next(text, stream_size);
  }
  text += copy_tail();
  block.write(text);
}

asio::awaitable<void> copy(pg::connection& on, row_queue::work what,
                           dump_writer& to, std::string& text,
                           rows_limits limits) {
  auto query = copy_query(*what.table, what.piece);
  auto rows = co_await pg::copy_out::begin(on, query, limits.silence);
  text = copy_head(*what.table);
  auto head = text.size();
  auto more = co_await rows.next(text, limits.buffer);
  if (more) {
    co_await stream(rows, text, to);
    co_return;
  }
  // A piece of dead rows says nothing; the first stands for an empty table.
  if (text.size() == head && what.piece.first_page.value_or(0) != 0)
    co_return;
  text += copy_tail();
  to.append(text);
}

} // namespace

row_queue::row_queue(const dump_catalog& catalog, uint64_t piece_bytes) {
  // The biggest first, so that no long one is left to the end.
  for (const auto& x : catalog.tables)
    waiting_.push_back(
      {&x, pages_of_piece(x, catalog.server_version, piece_bytes), 0});
  std::ranges::stable_sort(waiting_, {},
                           [](const entry& x) { return x.table->bytes; });
}

std::optional<row_queue::work> row_queue::next_of(std::vector<entry>& from) {
  while (!from.empty()) {
    auto& x = from.back();
    if (auto piece = piece_of(*x.table, x.pages_a_piece, x.next++))
      return work{x.table, *piece};
    from.pop_back();
  }
  return std::nullopt;
}

std::optional<row_queue::work> row_queue::take() {
  std::scoped_lock lock{mutex_};
  return next_of(waiting_);
}

std::optional<row_queue::work> row_queue::take_refused() {
  std::scoped_lock lock{mutex_};
  if (refused_.empty())
    return next_of(for_holder_);
  auto x = refused_.back();
  refused_.pop_back();
  return x;
}

void row_queue::refuse(const work& x) {
  std::scoped_lock lock{mutex_};
  refused_.push_back(x);
  refused_tables_.insert(x.table->oid);
  auto rest = std::ranges::find(waiting_, x.table, &entry::table);
  if (rest == waiting_.end())
    return;
  for_holder_.push_back(*rest);
  waiting_.erase(rest);
}

size_t row_queue::refused() {
  std::scoped_lock lock{mutex_};
  return refused_tables_.size();
}

asio::awaitable<void> copy_as_holder(pg::connection& on, row_queue& from,
                                     dump_writer& to, rows_limits limits) {
  std::string text;
  for (;;) {
    auto x = from.take_refused();
    if (!x)
      x = from.take();
    if (!x)
      co_return;
    co_await copy(on, *x, to, text, limits);
  }
}

asio::awaitable<void> copy_refused(pg::connection& on, row_queue& from,
                                   dump_writer& to, rows_limits limits) {
  std::string text;
  for (;;) {
    auto x = from.take_refused();
    if (!x)
      co_return;
    co_await copy(on, *x, to, text, limits);
  }
}

asio::awaitable<void> copy_beside(pg::connection& on, std::string snapshot,
                                  row_queue& from, dump_writer& to,
                                  rows_limits limits) {
  std::string text;
  std::set<uint32_t> locked;
  co_await join_snapshot(on, snapshot);
  for (;;) {
    auto x = from.take();
    if (!x)
      co_return;
    auto mine = locked.contains(x->table->oid);
    if (!mine)
      mine = co_await lock_at_once(on, x->table->quoted);
    if (mine) {
      locked.insert(x->table->oid);
      co_await copy(on, *x, to, text, limits);
    } else {
      from.refuse(*x);
      locked.clear();
      co_await roll_back(on);
      co_await join_snapshot(on, snapshot);
    }
  }
}

} // namespace atalaya
