//! Paths, their parameters, and what exists once.

use serde_json::json;

use super::{Case, document, get, list, loose, paths, record, text};

/// Paths, their parameters, and what exists once.
pub const PLACES: &[Case] = &[
    Case {
        name: "slashes",
        file: "api.json",
        text: || {
            let response = json!({ "type": "object", "properties": {
                "count": { "type": "integer" },
                "next": { "type": "string", "format": "uri", "nullable": true },
                "results": list(record("id", "name")) } });
            let mut item = get(response);
            item["get"]["parameters"] = json!([
                { "name": "limit", "in": "query", "schema": { "type": "integer" } },
                { "name": "offset", "in": "query", "schema": { "type": "integer" } }]);
            let all = [("/api/dcim/sites/", item), ("/2010/Calls.json", get(list(record("sid", "status"))))];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/client.rs", "self.client.get(\"api/dcim/sites/\")"),
            ("src/client.rs", "self.client.get(\"2010/Calls.json\")"),
            ("src/entities/call.rs", "resource = \"call\""),
        ],
        collects: &[("call_slashes", 2), ("site_slashes", 2)],
    },
    Case {
        name: "tenant",
        file: "api.json",
        text: || {
            let mut devices = get(list(record("nodeId", "hostname")));
            devices["get"]["parameters"] = json!([
                { "name": "all", "in": "query", "required": true, "example": true, "schema": { "type": "boolean" } }]);
            let all = [
                ("/tailnet/{tailnet}/devices", devices),
                ("/tailnet/{tailnet}/users", get(list(record("id", "loginName")))),
                ("/tailnet/{tailnet}/user-invites", get(list(record("id", "role")))),
            ];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/config.rs", "pub tailnet: String"),
            ("src/client.rs", "get_at(&[\"tailnet\", &self.tailnet, \"devices\"])"),
            ("src/client.rs", ".query(\"all\", \"true\")"),
            ("src/entities/user_invite.rs", "class = Resource"),
        ],
        collects: &[("device_tenant", 2), ("user_invite_tenant", 2), ("user_tenant", 2)],
    },
    Case {
        name: "below",
        file: "api.json",
        text: || {
            let user = json!({ "$ref": "#/components/schemas/User" });
            let mut numbered = record("key", "name");
            numbered["properties"]["id"] = json!({ "type": "integer" });
            numbered["required"] = json!(["id"]);
            let all = [
                ("/users", get(list(user.clone()))),
                ("/groups", get(list(record("id", "name")))),
                ("/groups/{groupId}/members", get(list(user))),
                ("/groups/{groupId}/hooks", get(list(record("uuid", "title")))),
                ("/sites", get(list(numbered))),
                ("/sites/{site_id}/rooms", get(list(record("id", "title")))),
            ];
            document(paths(&all), json!({ "schemas": { "User": record("id", "login") } })).to_string()
        },
        args: &[],
        has: &[
            ("src/steps/group_members.rs", "emits(Has<Group, User>), reads(Group, keys User)"),
            ("src/steps/group_hooks.rs", "emits(GroupHook, Has<Group, GroupHook>), reads(Group)"),
            ("src/client.rs", "pub fn site_rooms(&self, site: i64)"),
            ("src/lib.rs", "duplicates = keep_first"),
        ],
        collects: &[
            ("group_below", 2),
            ("group_below_has_group_hook_below", 2),
            ("group_below_has_user_below", 2),
            ("group_hook_below", 2),
            ("site_below", 2),
            ("site_below_has_site_room_below", 2),
            ("site_room_below", 2),
            ("user_below", 2),
        ],
    },
    Case {
        name: "two-deep",
        file: "api.json",
        text: || {
            let number = json!({ "type": "object", "required": ["id", "title"], "properties": {
                "id": { "type": "integer" }, "title": { "type": "string" } } });
            let member = json!({ "$ref": "#/components/schemas/User" });
            let all = [
                ("/users", get(list(member.clone()))),
                ("/groups", get(list(record("id", "name")))),
                ("/groups/{groupId}/teams", get(list(number.clone()))),
                ("/groups/{groupId}/teams/{teamId}/members", get(list(member))),
                ("/groups/{groupId}/teams/{teamId}/boards", get(list(record("uuid", "title")))),
                ("/groups/{groupId}/teams/{teamId}/boards/{board_uuid}/cards", get(list(number))),
                // Named by its parameter alone, in another place.
                ("/boards/{board_uuid}/labels", get(list(record("id", "color")))),
                // A user and a group that do not belong together in any list.
                ("/users/{user}/groups/{group}/notes", get(list(record("id", "text")))),
            ];
            let schemas = json!({ "schemas": { "User": record("id", "login") } });
            document(paths(&all), schemas).to_string()
        },
        args: &[],
        has: &[
            ("src/client.rs", "pub fn team_members(&self, group: &str, group_team: i64)"),
            (
                "src/client.rs",
                "get_at(&[\"groups\", group, \"teams\", &group_team.to_string(), \"members\"])",
            ),
            ("src/steps/team_members.rs", "team_members(&group_team.group_id, group_team.id)"),
            ("src/entities/group_team.rs", "#[serde(default)]\n    #[j1(skip)]\n    pub group_id: String,"),
            ("src/steps/group_teams.rs", "record.group_id = group.id.clone();"),
            ("src/steps/team_boards.rs", "record.group_id = group_team.group_id.clone();"),
            ("src/steps/team_boards.rs", "record.group_team_id = group_team.id;"),
            ("src/client.rs", "`board_uuid` is the key of a team board, by its name"),
            ("REVIEW.md", "`GET /users/{user}/groups/{group}/notes`: it needs a user together with a group"),
        ],
        collects: &[
            ("board_card_two-deep", 2),
            ("group_team_two-deep", 2),
            ("group_team_two-deep_has_team_board_two-deep", 2),
            ("group_team_two-deep_has_user_two-deep", 2),
            ("group_two-deep", 2),
            ("group_two-deep_has_group_team_two-deep", 2),
            ("label_two-deep", 2),
            ("team_board_two-deep", 2),
            ("team_board_two-deep_has_board_card_two-deep", 2),
            ("team_board_two-deep_has_label_two-deep", 2),
            ("user_two-deep", 2),
        ],
    },
    Case {
        name: "once",
        file: "api.json",
        text: || {
            let settings = json!({ "type": "object", "properties": {
                "mfa_required": { "type": "boolean" }, "session_minutes": { "type": "integer" } } });
            let account = json!({ "type": "object", "properties": { "account": { "type": "object", "properties": {
                "uuid": { "type": "string" }, "name": { "type": "string" }, "email_verified": { "type": "boolean" } } } } });
            let ping = json!({ "type": "object", "properties": {
                "up": { "type": "boolean" }, "version": { "type": "string" } } });
            let user = json!({ "$ref": "#/components/schemas/User" });
            let all = [
                ("/users", get(list(user.clone()))),
                ("/users/me", get(user.clone())),
                ("/whoever", get(user)),
                ("/users/{id}/settings", get(settings.clone())),
                ("/v2/security/settings", get(settings)),
                ("/v2/account", get(account)),
                ("/health", get(ping)),
            ];
            let schemas = json!({ "schemas": { "User": record("id", "login") } });
            document(paths(&all), schemas).to_string()
        },
        args: &[],
        has: &[
            ("src/entities/security_settings.rs", "singleton"),
            ("src/entities/security_settings.rs", "key = \"{integration}:security_settings\""),
            ("src/entities/security_settings.rs", "constant(name = \"Once security settings\""),
            ("src/entities/account.rs", ":account:{uuid}"),
            ("src/client.rs", "json::<AccountResponse>().await?.account"),
            ("src/client.rs", "self.client.get(\"v2/security/settings\").json().await"),
            ("REVIEW.md", "`GET /users/{id}/settings`: its response is one object for each `id`"),
            ("REVIEW.md", "`GET /whoever`: it is one of the records of `GET /users`"),
            ("REVIEW.md", "`GET /health`: its response is not a list of records"),
        ],
        collects: &[("account_once", 1), ("security_settings_once", 1), ("user_once", 2)],
    },
    Case {
        name: "once-seen",
        file: "security-settings.json",
        text: || json!({ "mfaRequired": true, "sessionMinutes": 30, "allowed": ["sso"] }).to_string(),
        args: &[],
        has: &[
            ("src/entities/security_settings.rs", "singleton"),
            ("src/client.rs", "self.client.get(\"security-settings\").json().await"),
        ],
        collects: &[("security_settings_once-seen", 1)],
    },
    Case {
        name: "owners-by-member",
        file: "api.json",
        text: || {
            let team = json!({ "type": "object", "required": ["id", "slug", "name"], "properties": {
                "id": { "type": "integer" }, "slug": { "type": "string" }, "name": { "type": "string" } } });
            let mut issues = get(list(record("id", "title")));
            issues["parameters"] = json!([{ "name": "repo", "in": "path", "required": true,
                "description": "The name of the repository.", "schema": { "type": "string" } }]);
            let all = [
                ("/orgs/{org}/repos", get(list(record("id", "name")))),
                ("/orgs/{org}/teams", get(list(team))),
                ("/orgs/{org}/teams/{team_slug}/hooks", get(list(record("id", "event")))),
                (
                    "/orgs/{org}/teams/{team_slug}/hooks/{hook_id}/deliveries",
                    get(list(record("guid", "state"))),
                ),
                ("/repos/{owner}/{repo}/labels", issues.clone()),
                ("/repos/{owner}/{repo}/issues", issues),
            ];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/client.rs", "`team_slug` is `slug` of a team, by its name"),
            ("src/steps/team_hooks.rs", "team_hooks(&team.slug)"),
            ("src/entities/team_hook.rs", "pub team_slug: String"),
            ("src/steps/hook_deliveries.rs", "hook_deliveries(&team_hook.team_slug, &team_hook.id)"),
            ("src/steps/issues.rs", "issues(&repo.name)"),
            (".env.example", "OWNERS_BY_MEMBER_OWNER="),
        ],
        collects: &[
            ("hook_delivery_owners-by-member", 2),
            ("issue_owners-by-member", 2),
            ("label_owners-by-member", 2),
            ("repo_owners-by-member_has_issue_owners-by-member", 2),
            ("repo_owners-by-member_has_label_owners-by-member", 2),
            ("repo_owners-by-member", 2),
            ("team_owners-by-member_has_team_hook_owners-by-member", 2),
            ("team_hook_owners-by-member_has_hook_delivery_owners-by-member", 2),
            ("team_hook_owners-by-member", 2),
            ("team_owners-by-member", 2),
        ],
    },
    Case {
        name: "owner-and-name",
        file: "api.json",
        text: || {
            let owner = json!({ "type": "object", "required": ["id"],
                "properties": { "id": text(), "login": text(), "url": text() } });
            let repo = loose(&[("id", text()), ("name", text()), ("owner", owner)]);
            let all = [
                ("/users", get(list(record("id", "login")))),
                ("/user/repos", get(list(repo))),
                (
                    "/repos/{owner}/{repo}/branches",
                    get(list(loose(&[("name", text()), ("protected", text())]))),
                ),
                ("/repos/{owner}/{repo}/issues", get(list(record("id", "title")))),
                ("/repos/{owner}/{repo}/issues/{issue}/comments", get(list(record("id", "body")))),
                ("/repos/{owner}/{repo}/issues/{issue}/assignees", get(list(record("id", "login")))),
            ];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/client.rs", "fn branches(&self, owner: &str, repo: &str)"),
            ("src/client.rs", r#".get_at(&["repos", owner, repo, "branches"])"#),
            ("src/steps/branches.rs", "branches(&repo.owner.login, &repo.name)"),
            ("src/entities/repo.rs", "pub owner: RepoOwner"),
            ("src/entities/repo.rs", "Owns<User, Repo>"),
            ("src/entities/issue.rs", "pub repo_owner_login: String"),
            ("src/steps/issues.rs", "record.repo_owner_login = repo.owner.login.clone();"),
            ("src/entities/branch.rs", "{integration}:branch:{repo_id}:{name}"),
        ],
        collects: &[
            ("branch_owner-and-name", 2),
            ("issue_assignee_owner-and-name", 2),
            ("issue_comment_owner-and-name", 2),
            ("issue_owner-and-name", 2),
            ("issue_owner-and-name_has_issue_assignee_owner-and-name", 2),
            ("issue_owner-and-name_has_issue_comment_owner-and-name", 2),
            ("repo_owner-and-name", 2),
            ("repo_owner-and-name_has_branch_owner-and-name", 2),
            ("repo_owner-and-name_has_issue_owner-and-name", 2),
            ("user_owner-and-name", 2),
            ("user_owner-and-name_owns_repo_owner-and-name", 2),
        ],
    },
    Case {
        name: "project-and-slug",
        file: "api.json",
        text: || {
            let project = loose(&[("id", json!({ "type": "integer" })), ("key", text()), ("name", text())]);
            let repository = loose(&[
                ("id", json!({ "type": "integer" })),
                ("slug", text()),
                ("project", project.clone()),
            ]);
            let all = [
                ("/projects", get(list(project))),
                ("/repositories", get(list(repository))),
                ("/projects/{projectKey}/repos/{repositorySlug}/tags", get(list(record("id", "title")))),
                ("/projects/{projectKey}/groups", get(list(record("id", "title")))),
                ("/workspaces/{workspace}/{repositorySlug}/hooks", get(list(record("id", "title")))),
            ];
            document(paths(&all), json!({})).to_string()
        },
        args: &["--param", "workspace=acme"],
        has: &[
            ("src/client.rs", r#".get_at(&["projects", project_key, "repos", repository, "tags"])"#),
            ("src/steps/repo_tags.rs", "repo_tags(&repository.project.key, &repository.slug)"),
            ("src/steps/project_groups.rs", "project_groups(&project.key)"),
            // What the user gives is taken, whatever the records have.
            ("src/client.rs", r#".get_at(&["workspaces", &self.workspace, repository, "hooks"])"#),
        ],
        collects: &[
            ("hook_project-and-slug", 2),
            ("project_group_project-and-slug", 2),
            ("project_project-and-slug", 2),
            ("project_project-and-slug_has_project_group_project-and-slug", 2),
            ("project_project-and-slug_has_repository_project-and-slug", 2),
            ("repo_tag_project-and-slug", 2),
            ("repository_project-and-slug", 2),
            ("repository_project-and-slug_has_hook_project-and-slug", 2),
            ("repository_project-and-slug_has_repo_tag_project-and-slug", 2),
        ],
    },
];
