#include "actors/topic.hpp"

#include <random>

#include "actors/reflect/write_json.hpp"

namespace atalaya {

namespace {

constexpr size_t lines_a_frame = 100;

/// Six characters that no earlier run of the program is likely to have had.
std::string new_epoch() {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::random_device random;
  std::string result;
  while (result.size() < 6)
    result += letters[random() % letters.size()];
  return result;
}

} // namespace

topic_state::topic_state() : rules(new_epoch(), {}) {
  // nop
}

void topic_state::put(const std::string& key, const entity& value) {
  auto json = std::make_shared<const std::string>(to_json(value));
  if (auto change = rules.put(key, std::move(json)))
    send_all(change_frame(path, *change));
}

void topic_state::remove(const std::string& key) {
  if (auto change = rules.remove(key))
    send_all(change_frame(path, *change));
}

void topic_state::log(const std::vector<log_entry>& entries) {
  std::vector<model::topic::change> lines;
  for (const auto& entry : entries)
    lines.push_back(
      rules.log([&](uint64_t seq) { return encode_line(seq, "log", entry); }));
  if (!lines.empty())
    send_all(log_frame(path, lines));
}

void topic_state::subscribe(const subscription& wish,
                            const caf::actor& subscriber) {
  if (std::ranges::find(subscribers, subscriber) == subscribers.end()) {
    subscribers.push_back(subscriber);
    self->monitor(subscriber);
  }
  auto debt = rules.subscribe(wish.after, wish.epoch, wish.tail);
  if (debt.resumed) {
    send_one(subscriber, resumed_frame(path, rules.epoch(), rules.seq()));
  } else {
    if (snapshot.empty() || snapshot_seq != rules.seq())
      snapshot = snapshot_frames(path, rules);
    snapshot_seq = rules.seq();
    for (const auto& part : snapshot)
      send_one(subscriber, part);
  }
  send_debt(debt, subscriber);
}

void topic_state::send_debt(const model::topic::debt& debt,
                            const caf::actor& to) {
  if (debt.dropped > 0)
    send_one(to, dropped_frame(path, debt.dropped));
  std::vector<model::topic::change> lines;
  auto flush = [&] {
    if (!lines.empty())
      send_one(to, log_frame(path, lines));
    lines.clear();
  };
  for (const auto& change : debt.changes) {
    if (change.line) {
      lines.push_back(change);
      // A client that is behind loses whole frames.
      if (lines.size() == lines_a_frame)
        flush();
      continue;
    }
    flush();
    if (debt.resumed) // else the snapshot has it
      send_one(to, change_frame(path, change));
  }
  flush();
}

void topic_state::leave(const caf::actor_addr& subscriber) {
  std::erase_if(subscribers,
                [&](const caf::actor& x) { return x == subscriber; });
}

void topic_state::end() {
  send_all(gone_frame(path));
  subscribers.clear();
}

topic_view topic_state::view() const {
  topic_view result{rules.epoch(), rules.seq(), {}};
  for (const auto& [key, entry] : rules.values())
    result.entities.emplace(key, *entry.value);
  return result;
}

void topic_state::send_all(const frame_ptr& x) {
  if (subscribers.empty())
    return;
  // One message object for everybody: a copy costs a reference count.
  auto msg = caf::make_message(x);
  for (const auto& subscriber : subscribers)
    deliver(subscriber, msg);
}

void topic_state::send_one(const caf::actor& to, const frame_ptr& x) {
  deliver(to, caf::make_message(x));
}

// Typed actors may not `send` to dynamic ones, which sessions are.
void topic_state::deliver(const caf::actor& to, const caf::message& msg) {
  to->enqueue(self->ctrl(), caf::make_message_id(), msg, self->context());
}

topic_actor::behavior_type
topic(topic_actor::stateful_pointer<topic_state> self, std::string path,
      size_t lines) {
  auto& st = self->state;
  st.self = self;
  st.path = std::move(path);
  st.rules = model::topic{st.rules.epoch(), {.lines = lines}};
  self->set_down_handler(
    [self](const caf::down_msg& msg) { self->state.leave(msg.source); });
  self->set_exit_handler([self](const caf::exit_msg& msg) {
    self->state.end();
    self->quit(msg.reason);
  });
  return {
    [self](atom::put, const std::string& key, const entity& value) {
      self->state.put(key, value);
    },
    [self](atom::remove, const std::string& key) { self->state.remove(key); },
    [self](atom::log, const std::vector<log_entry>& entries) {
      self->state.log(entries);
    },
    [self](atom::subscribe, const subscription& wish, const caf::actor& who) {
      self->state.subscribe(wish, who);
    },
    [self](atom::leave, const caf::actor& who) {
      self->demonitor(who.address());
      self->state.leave(who.address());
    },
    [self](atom::get) { return self->state.view(); },
  };
}

} // namespace atalaya
