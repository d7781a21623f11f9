#include "net/server/outbox.hpp"

#include <algorithm>

#include "actors/events.hpp"
#include "actors/reflect/write_json.hpp"

namespace atalaya::net::web {

namespace {

std::string state_key(const frame& x) {
  return x.topic + '\n' + x.key; // no topic has a newline in its name
}

frame_ptr dropped_frame(const std::string& topic, uint64_t lines) {
  auto result = std::make_shared<frame>();
  result->topic = topic;
  result->json = to_json(dropped{topic, lines});
  return result;
}

} // namespace

bool is_snapshot(const frame& x) {
  return x.json.starts_with(R"({"event":"snapshot")");
}

bool is_gone(const frame& x) {
  return x.json.starts_with(R"({"event":"gone")");
}

void outbox::push(frame_ptr x) {
  switch (x->kind) {
    case frame::kind::state:
      if (auto i = state_.find(state_key(*x)); i != state_.end())
        erase(i->second);
      append(x);
      state_.emplace(state_key(*x), std::prev(queue_.end()));
      break;
    case frame::kind::log:
      append(std::move(x));
      drop_lines();
      break;
    case frame::kind::control:
      if (is_snapshot(*x))
        clear_state(x->topic);
      append(std::move(x));
      break;
  }
}

void outbox::forget(const std::string& topic) {
  for (auto i = queue_.begin(); i != queue_.end();) {
    auto next = std::next(i);
    if ((i->what ? i->what->topic : i->topic) == topic)
      erase(i);
    i = next;
  }
}

std::vector<frame_ptr> outbox::take(size_t max_bytes) {
  std::vector<frame_ptr> result;
  size_t taken = 0;
  while (!queue_.empty()) {
    auto& first = queue_.front();
    auto x = first.what ? first.what
                        : dropped_frame(first.topic, first.dropped);
    taken += x->json.size() + 1;
    if (taken > max_bytes && !result.empty())
      break;
    result.push_back(std::move(x));
    erase(queue_.begin());
  }
  return result;
}

void outbox::append(frame_ptr x) {
  bytes_ += x->json.size();
  auto is_log = x->kind == frame::kind::log;
  queue_.push_back({std::move(x), {}, 0});
  if (is_log) {
    log_lines_ += queue_.back().what->lines;
    logs_.push_back(std::prev(queue_.end()));
  }
}

void outbox::erase(position i) {
  if (!i->what) {
    dropped_.erase(i->topic);
  } else {
    bytes_ -= i->what->json.size();
    if (i->what->kind == frame::kind::state)
      state_.erase(state_key(*i->what));
    if (i->what->kind == frame::kind::log) {
      log_lines_ -= i->what->lines;
      logs_.erase(std::find(logs_.begin(), logs_.end(), i));
    }
  }
  queue_.erase(i);
}

void outbox::clear_state(const std::string& topic) {
  for (auto i = queue_.begin(); i != queue_.end();) {
    auto next = std::next(i);
    if (i->what && i->what->kind == frame::kind::state
        && i->what->topic == topic)
      erase(i);
    i = next;
  }
}

void outbox::drop_lines() {
  while (log_lines_ > max_log_lines_)
    note_dropped(logs_.front());
}

void outbox::note_dropped(position i) {
  // All lines of the topic before these were dropped too: one note, at the
  // place of the first, says it for all.
  auto lines = i->what->lines;
  auto topic = i->what->topic;
  auto [known, fresh] = dropped_.try_emplace(topic);
  if (fresh)
    known->second = queue_.insert(i, {nullptr, topic, 0});
  known->second->dropped += lines;
  erase(i);
}

} // namespace atalaya::net::web
