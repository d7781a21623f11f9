#define CAF_SUITE server_api

#include "net/server/api/handlers.hpp"

#include "served.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace atalaya::test;

namespace {

struct fixture {
  served server;

  reply get(const std::string& target, const std::string& who = "viewer") {
    return server.fetch("GET", target, bearer(who));
  }

  reply
  post(const std::string& target, const std::string& body, headers fields) {
    if (!body.empty())
      fields.emplace_back("Content-Type", "application/json");
    return server.fetch("POST", target, fields, body);
  }

  std::vector<audit_entry> audit() {
    return server.known->locked([](world& w) { return w.audit; });
  }
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Whether the parts stand in `text` one behind the other.
bool in_order(const std::string& text, std::vector<std::string> parts) {
  size_t i = 0;
  for (auto& part : parts)
    if (i = text.find(part, i); i == std::string::npos)
      return false;
  return true;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(api_tests, fixture)

CAF_TEST(a login sets the cookie that a session then has) {
  auto reply = post("/api/login", R"({"user":"ana","password":"right"})", {});
  CAF_CHECK_EQUAL(reply.status, 200u);
  CAF_CHECK_EQUAL(reply.body, R"({"user":"ana","role":"admin"})");
  CAF_CHECK_EQUAL(reply.headers["set-cookie"],
                  "atalaya=fresh; HttpOnly; SameSite=Strict; Path=/; "
                  "Max-Age=2592000");
  auto session = server.fetch("GET", "/api/session",
                              {{"Cookie", "atalaya=fresh"}});
  CAF_CHECK_EQUAL(session.body, R"({"user":"ana","role":"admin"})");
}

CAF_TEST(wrong and too many logins are told apart) {
  auto wrong = post("/api/login", R"({"user":"ana","password":"no"})", {});
  CAF_CHECK_EQUAL(wrong.status, 401u);
  CAF_CHECK_EQUAL(wrong.headers.count("set-cookie"), 0u);
  auto many = post("/api/login", R"({"user":"ana","password":"slowly"})", {});
  CAF_CHECK_EQUAL(many.status, 429u);
  CAF_CHECK_EQUAL(many.headers["retry-after"], "17");
  CAF_CHECK(has(many.body, R"("code":"too_many_requests")"));
}

CAF_TEST(a body is read strictly) {
  auto detail = [&](const std::string& body) {
    auto reply = post("/api/login", body, {});
    CAF_CHECK_EQUAL(reply.status, 400u);
    return reply.body;
  };
  CAF_CHECK(has(detail(R"({"user":"ana"})"), "password: is missing"));
  CAF_CHECK(has(detail(R"({"user":1,"password":""})"), "user: must be a text"));
  CAF_CHECK(
    has(detail(R"({"user":"a","password":"b","x":1})"), "x: unknown key"));
  CAF_CHECK(has(detail("[]"), "must be an object"));
  CAF_CHECK(has(detail("{"), R"("code":"invalid")"));
  auto untyped = server.fetch("POST", "/api/login", {},
                              R"({"user":"ana","password":"right"})");
  CAF_CHECK_EQUAL(untyped.status, 400u);
  CAF_CHECK(has(untyped.body, "Content-Type"));
}

CAF_TEST(a logout ends the sign in of its cookie) {
  headers fields{{"Cookie", "atalaya=viewer"}, {"Origin", server.origin()}};
  auto reply = post("/api/logout", "", fields);
  CAF_CHECK_EQUAL(reply.status, 204u);
  CAF_CHECK(reply.headers["set-cookie"].starts_with("atalaya=; "));
  CAF_CHECK(has(reply.headers["set-cookie"], "Max-Age=0"));
  CAF_CHECK_EQUAL(server.fetch("GET", "/api/session", fields).status, 401u);
}

CAF_TEST(instances are listed) {
  auto reply = get("/api/instances");
  CAF_CHECK(reply.body.starts_with(R"([{"name":"main","version":null,)"));
}

CAF_TEST(an instance comes with all that belongs to it in order) {
  auto reply = get("/api/instances/main");
  CAF_CHECK_EQUAL(reply.status, 200u);
  CAF_CHECK(reply.body.starts_with(
    R"({"seq":0,"epoch":"k3f9","instance":{"name":"main",)"));
  CAF_CHECK(
    in_order(reply.body,
             {R"("databases":[{"name":"a b")", R"({"name":"prod")",
              R"("containers":[{"role":"odoo")", R"("backups":[{"id":"2")",
              R"({"id":"3")", R"({"id":"1")", R"("operations":[{"id":"x")"}));
  CAF_CHECK(reply.body.ends_with("}]}"));
  CAF_CHECK_EQUAL(get("/api/instances/other").status, 404u);
}

CAF_TEST(an instance without its entity is only just starting) {
  server.known->locked([](world& w) { w.entities.erase("instance"); });
  auto reply = get("/api/instances/main");
  CAF_CHECK_EQUAL(reply.status, 503u);
  CAF_CHECK(has(reply.body, R"("code":"unavailable")"));
}

CAF_TEST(backups can be asked for by their database) {
  auto all = get("/api/instances/main/backups").body;
  CAF_CHECK(in_order(all, {R"([{"id":"2")", R"({"id":"3")", R"({"id":"1")"}));
  auto prod = get("/api/instances/main/backups?database=prod").body;
  CAF_CHECK(in_order(prod, {R"([{"id":"2")", R"({"id":"1")"}));
  CAF_CHECK(!has(prod, R"("id":"3")"));
  auto quoted = get("/api/instances/main/backups?database=say+%22hi%22").body;
  CAF_CHECK(quoted.starts_with(R"([{"id":"3")"));
  CAF_CHECK_EQUAL(get("/api/instances/main/backups?database=x").body, "[]");
}

CAF_TEST(a database has a history) {
  auto path = std::string{"/api/instances/main/databases/"};
  auto reply = get(path + "a%20b/history?days=7");
  CAF_CHECK_EQUAL(reply.body, R"([{"at":"2023-11-14T22:13:20.000Z",)"
                              R"("database":7,"filestore":null,"backups":7}])");
  CAF_CHECK(has(get(path + "prod/history").body, R"("database":90)"));
  CAF_CHECK_EQUAL(get(path + "lost/history").status, 404u);
  for (auto days : {"0", "-1", "x", "7x", "99999", ""})
    CAF_CHECK_EQUAL(get(path + "prod/history?days=" + days).status, 400u);
}

CAF_TEST(a container is asked to restart in the name of who asks) {
  auto reply = post("/api/instances/main/containers/odoo/restart",
                    R"({"force":true})", bearer("operator"));
  CAF_CHECK_EQUAL(reply.status, 202u);
  CAF_CHECK_EQUAL(reply.headers["location"], "/api/operations/op%207");
  CAF_CHECK(reply.body.starts_with(
    R"({"id":"op 7","instance":"main","kind":"restart","target":"odoo",)"));
  post("/api/instances/main/containers/postgres/stop", "", bearer("admin"));
  auto made = server.known->locked([](world& w) { return w.requests; });
  CAF_REQUIRE_EQUAL(made.size(), 2u);
  CAF_CHECK(made[0].kind == operation_kind::restart);
  CAF_CHECK_EQUAL(made[0].target, "odoo");
  CAF_CHECK_EQUAL(made[0].requested_by, "operator");
  CAF_CHECK(made[0].force);
  CAF_CHECK(made[1].kind == operation_kind::stop);
  CAF_CHECK(!made[1].force);
}

CAF_TEST(a container that is none is not found) {
  auto stop = [&](const char* path) {
    return post(path, "", bearer("admin")).status;
  };
  CAF_CHECK_EQUAL(stop("/api/instances/main/containers/nginx/stop"), 404u);
  CAF_CHECK_EQUAL(stop("/api/instances/other/containers/odoo/stop"), 404u);
}

CAF_TEST(operations are asked for by instance and state and number) {
  auto all = get("/api/operations?instance=main").body;
  CAF_CHECK(in_order(all, {R"([{"id":"op2")", R"({"id":"op1")"}));
  auto one = get("/api/operations?state=failed&limit=1").body;
  CAF_CHECK(has(one, R"("state":"failed")"));
  CAF_CHECK(!has(one, "op1"));
  CAF_CHECK_EQUAL(get("/api/operations?state=odd").status, 400u);
  CAF_CHECK_EQUAL(get("/api/operations?limit=0").status, 400u);
  CAF_CHECK_EQUAL(get("/api/operations?limit=1001").status, 400u);
}

CAF_TEST(an operation comes with its log) {
  auto reply = get("/api/operations/op1");
  CAF_CHECK(reply.body.starts_with(R"({"id":"op1",)"));
  CAF_CHECK(reply.body.ends_with(
    R"("log":[{"at":"2023-11-14T22:13:21.000Z","text":"pulled the rope"}]})"));
  CAF_CHECK_EQUAL(get("/api/operations/lost").status, 404u);
}

CAF_TEST(an operation is cancelled through its instance) {
  auto reply = post("/api/operations/op1/cancel", "", bearer("operator"));
  CAF_CHECK_EQUAL(reply.status, 202u);
  CAF_CHECK(has(reply.body, R"("state":"cancelled")"));
  server.known->tokens["other"] = principal{"other", role::operator_, "t"};
  auto theirs = post("/api/operations/op1/cancel", "", bearer("other"));
  CAF_CHECK_EQUAL(theirs.status, 403u);
  auto lost = post("/api/operations/lost/cancel", "", bearer("admin"));
  CAF_CHECK_EQUAL(lost.status, 404u);
}

CAF_TEST(what changes something is in the audit with its outcome) {
  post("/api/login", R"({"user":"eve","password":"no"})", {});
  post("/api/instances/main/containers/odoo/restart", "", bearer("operator"));
  post("/api/instances/main/containers/odoo/stop", "", bearer("operator"));
  post("/api/operations/op1/cancel", "", bearer("nobody"));
  get("/api/session");
  CAF_REQUIRE(eventually([&] { return audit().size() == 3; }));
  auto rows = audit();
  auto row = [](const audit_entry& x) {
    return x.user + ' ' + x.address + ' ' + x.verb + ' ' + x.object + ' '
           + x.outcome;
  };
  CAF_CHECK_EQUAL(row(rows[0]), "eve 127.0.0.1 login  unauthenticated");
  CAF_CHECK_EQUAL(row(rows[1]), "operator 127.0.0.1 restart main/odoo ok");
  CAF_CHECK_EQUAL(row(rows[2]), "operator 127.0.0.1 stop main/odoo forbidden");
  auto told = get("/api/audit", "admin").body;
  CAF_CHECK(has(told, R"("verb":"stop","object":"main/odoo")"));
}

CAF_TEST(the description has every route) {
  auto text = get("/api/openapi.json").body;
  for (auto& x : net::web::routes())
    CAF_CHECK(has(text, '"' + std::string{x.pattern} + "\":{"));
  CAF_CHECK(has(text, R"("post":{"summary":"Stops a container","x-role":)"
                      R"("admin","parameters":[{"name":"I")"));
}

CAF_TEST_FIXTURE_SCOPE_END()
