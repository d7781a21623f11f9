#include "net/server/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include "actors/reflect/write_json.hpp"
#include "net/server/read_body.hpp"

namespace asio = boost::asio;
namespace beast = boost::beast;

namespace atalaya::net::web {

namespace {

/// The reason of an actor whose client is no longer there to say goodbye to.
constexpr auto unreachable = caf::exit_reason::remote_link_unreachable;

template <class Event>
frame_ptr control(const Event& event) {
  auto result = std::make_shared<frame>();
  result->json = to_json(event);
  return result;
}

std::string joined(const std::vector<frame_ptr>& frames) {
  std::string result;
  for (auto& x : frames)
    result.append(x->json).append("\n");
  result.pop_back();
  return result;
}

} // namespace

session::session(caf::actor_config& cfg, websocket ws,
                 std::shared_ptr<server_core> core, principal who)
  : asio_actor(cfg, ws.get_executor()),
    ws_(std::move(ws)),
    core_(std::move(core)),
    who_(std::move(who)),
    outbox_(core_->options.session_log_lines) {
  set_exit_handler([this](caf::exit_msg& msg) { leave(msg); });
  set_down_handler([this](caf::down_msg& msg) { ended(msg); });
}

caf::behavior session::make_behavior() {
  ws_.text(true);
  ws_.auto_fragment(false);
  ws_.read_message_max(max_message);
  send(core_->to.accounts, atom::watch_v, who_,
       caf::actor_cast<caf::actor>(this));
  push(control(hello{who_.user, who_.role, core_->options.version}));
  run(read_loop());
  return {
    [this](const frame_ptr& x) { receive(x); },
    [this](atom::tick, const frame_ptr& x) { beat(x); },
  };
}

void session::on_exit() {
  core_->sessions.remove(id());
  for (auto& [name, x] : topics_)
    if (x.topic)
      send(x.topic, atom::leave_v, caf::actor_cast<caf::actor>(this));
  topics_.clear();
  outbox_ = outbox{0};
  closing_ = true;
  beast::get_lowest_layer(ws_).close();
}

asio::awaitable<void> session::read_loop() {
  for (beast::flat_buffer buffer;;) {
    co_await ws_.async_read(buffer, asio::use_awaitable);
    if (!ws_.got_text()) {
      close(close_code::unknown_data);
      co_return;
    }
    std::string_view text{static_cast<const char*>(buffer.data().data()),
                          buffer.size()};
    while (!text.empty()) {
      auto line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      if (!trimmed(line).empty())
        execute(line);
    }
    buffer.clear();
    buffer.shrink_to_fit(); // most clients never say anything again
    co_await room();
  }
}

asio::awaitable<void> session::room() {
  constexpr std::chrono::milliseconds pause{50};
  while (outbox_.bytes() > busy_waiting && !closing_) {
    asio::steady_timer timer{executor(), pause};
    co_await timer.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> session::write_loop() {
  while (!outbox_.empty() && !closing_) {
    auto frames = outbox_.take(write_size);
    std::string copy;
    if (frames.size() > 1)
      copy = joined(frames);
    auto& text = frames.size() > 1 ? copy : frames.front()->json;
    writing_since_ = std::chrono::steady_clock::now();
    co_await ws_.async_write(asio::buffer(text), asio::use_awaitable);
    writing_since_.reset();
  }
  writing_ = false;
}

asio::awaitable<void> session::say_goodbye(close_code code) {
  // A write to a client that does not read is never over, and the close frame
  // would wait for it.
  asio::steady_timer bound{executor(), core_->options.stop_timeout};
  auto self = caf::actor_cast<caf::actor>(this);
  bound.async_wait([this, self](beast::error_code ec) {
    if (!ec)
      beast::get_lowest_layer(ws_).close();
  });
  co_await ws_.async_close(code, asio::as_tuple(asio::use_awaitable));
  bound.cancel();
  caf::anon_send_exit(self, unreachable);
}

void session::run(awaitable loop) {
  auto self = caf::actor_cast<caf::actor>(this);
  asio::co_spawn(executor(), std::move(loop),
                 [self](const std::exception_ptr& e) {
                   if (e)
                     caf::anon_send_exit(self, unreachable);
                 });
}

void session::leave(const caf::exit_msg& msg) {
  if (msg.reason == unreachable)
    quit(msg.reason);
  else if (code_of(msg.reason) == errc::unauthenticated)
    close(close_code::policy_error);
  else
    close(close_code::going_away);
}

void session::close(close_code code) {
  if (std::exchange(closing_, true))
    return;
  run(say_goodbye(code));
}

void session::push(frame_ptr x) {
  if (closing_)
    return;
  outbox_.push(std::move(x));
  if (outbox_.bytes() > max_waiting)
    caf::anon_send_exit(caf::actor_cast<caf::actor>(this), unreachable);
  else if (!std::exchange(writing_, true))
    run(write_loop());
}

void session::receive(const frame_ptr& x) {
  auto i = topics_.find(x->topic);
  if (i == topics_.end())
    return; // sent before the topic heard of our leaving
  if (is_gone(*x)) {
    demonitor(i->second.topic.address());
    topics_.erase(i);
  }
  push(x);
}

void session::beat(const frame_ptr& x) {
  auto now = std::chrono::steady_clock::now();
  if (writing_since_
      && now - *writing_since_ > core_->options.session_write_timeout)
    quit(unreachable);
  else
    push(x);
}

void session::execute(std::string_view line) {
  try {
    auto said = parse_json<command>(std::string{line});
    if (said.subscribe && !said.unsubscribe)
      subscribe({*said.subscribe, said.after, said.epoch, said.tail});
    else if (said.unsubscribe && !said.subscribe)
      unsubscribe(*said.unsubscribe);
    else
      complain(std::nullopt, errc::invalid,
               "say either subscribe or unsubscribe");
  } catch (const json_error& e) {
    complain(std::nullopt, errc::invalid, e.message());
  }
}

void session::subscribe(subscription wanted) {
  if (!topics_.contains(wanted.topic) && topics_.size() >= max_topics)
    return complain(wanted.topic, errc::too_many_requests,
                    "there are " + std::to_string(max_topics)
                      + " subscriptions already: end one first");
  auto& entry = topics_[wanted.topic];
  auto turn = entry.turn = ++turns_;
  if (entry.topic)
    return join(wanted, entry.topic);
  auto mine = [this, turn](const std::string& name) {
    auto i = topics_.find(name);
    return i != topics_.end() && i->second.turn == turn;
  };
  request(core_->to.root, core_->options.ask_timeout, atom::topic_v,
          wanted.topic)
    .then(
      [this, mine, wanted](const topic_actor& topic) {
        if (mine(wanted.topic))
          join(wanted, topic);
      },
      [this, mine, wanted](const caf::error& err) {
        if (!mine(wanted.topic))
          return;
        topics_.erase(wanted.topic);
        complain(wanted.topic, code_of(err), sentence_of(err));
      });
}

void session::join(const subscription& wanted, const topic_actor& topic) {
  auto& entry = topics_[wanted.topic];
  if (!entry.topic) {
    entry.topic = topic;
    monitor(topic);
  }
  send(topic, atom::subscribe_v, wanted, caf::actor_cast<caf::actor>(this));
}

void session::unsubscribe(const std::string& topic) {
  auto i = topics_.find(topic);
  if (i == topics_.end())
    return complain(topic, errc::not_found, "there is no such subscription");
  if (i->second.topic) {
    demonitor(i->second.topic.address());
    send(i->second.topic, atom::leave_v, caf::actor_cast<caf::actor>(this));
  }
  topics_.erase(i);
  outbox_.forget(topic);
}

void session::ended(const caf::down_msg& msg) {
  auto i = std::find_if(topics_.begin(), topics_.end(), [&](auto& x) {
    return x.second.topic && x.second.topic.address() == msg.source;
  });
  if (i == topics_.end())
    return;
  push(control(gone{i->first}));
  topics_.erase(i);
}

void session::complain(std::optional<std::string> topic, errc code,
                       std::string detail) {
  push(control(
    atalaya::problem{std::move(topic), to_string(code), std::move(detail)}));
}

} // namespace atalaya::net::web
