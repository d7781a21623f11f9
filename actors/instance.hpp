#pragma once

#include <regex>
#include <set>

#include "actors/children.hpp"
#include "actors/environment.hpp"
#include "actors/work.hpp"

namespace atalaya {

/// Supervises: its topic, its two containers, its databases, the one who
/// follows its PostgreSQL and the one who follows its backups. Supervised by
/// the root. Never gives up: a child that keeps dying is made again every 30 s.
///
/// It keeps the last word of each source (engine, PostgreSQL, file system), so
/// that a child that was made again is told everything at once.
struct instance_actor_state {
  static inline const char* name = "instance";

  explicit instance_actor_state(instance_actor::pointer ptr) : self(ptr) {
    // nop
  }

  void begin(environment_ptr environment, instance_plan first, root_actor root);

  void on(const instance_plan& x);
  void on(const engine_status& x);
  void on(const container_facts& x);
  void on(const catalog& x);
  void on(const survey& x);
  void on(const backup_listing& x);
  void on(const database& x);
  void on(const container& x);
  void on(const backup& x);
  void on(const operation& x);
  caf::result<operation> start(const operation_request& x);
  caf::result<backup_place> find_backup(const std::string& id) const;
  caf::result<backup> change(const std::string& id, const backup_change& x);
  caf::result<caf::unit_t> stop();
  void gone(const std::string& container_id);
  void look();
  void list_backups();
  void sample();
  void on_down(const caf::down_msg& msg);
  void restart(const std::string& child);
  void end();

  /// Whether the plan lets this database be seen (facts/odoo.md 1.3).
  bool shows(const catalog_row& x) const;

  instance_actor::pointer self;
  environment_ptr env;
  root_actor root;
  instance_plan plan;
  std::regex filter;
  topic_actor topic;
  children kids; ///< "database NAME", "container odoo", "backup ID", …
  work tasks;    ///< Its operations.

  engine_status engine{true, ""};
  std::map<std::string, container_facts> facts; ///< By id: only its own two.
  catalog cluster;
  survey files;
  std::optional<backup_listing> listing; ///< Null until it was heard.
  bool looking = false; ///< The surveyor has been asked and hasn't answered.
  bool look_again = false;

  bool stopping = false;
  std::vector<caf::typed_response_promise<caf::unit_t>> stopped;

  std::map<std::string, database> databases;
  std::map<std::string, container> containers;  ///< By role.
  std::map<std::string, backup> backups;        ///< By id.
  std::map<std::string, uint64_t> backup_sizes; ///< By database.

private:
  caf::actor make_child(const std::string& name);
  void tell_container(const std::string& role);
  void tell_database(const std::string& name);
  void keep_databases();
  std::optional<caf::error> refusal_of(const operation_request& x) const;
  backup_place place_of(const backup& x) const;
  void put_self();
  instance describe() const;

  /// Of its databases: for an image that doesn't say what it is.
  std::optional<std::string> commonest_version() const;
  std::string container_id(const std::string& role) const;
};

instance_actor::behavior_type
instance_child(instance_actor::stateful_pointer<instance_actor_state> self,
               environment_ptr env, instance_plan plan, root_actor root);

} // namespace atalaya
