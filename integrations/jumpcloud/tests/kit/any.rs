//! Any record that JumpCloud might send, through the steps.

use j1::prelude::*;
use j1::testing::{Double, Step, records_like};
use jumpcloud::entities::{Account, User};
use jumpcloud::steps::fetch_users;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;

use crate::{ACCOUNT, V1, account, jumpcloud, user_id};

#[test]
fn any_user_goes_through_the_step_and_comes_out_valid() {
    let example = json!({
        "_id": user_id(0), "username": "ada", "email": "ada@acme.example", "firstname": "Ada", "lastname": "Lovelace",
        "state": "ACTIVATED", "activated": true, "suspended": false, "created": "2021-02-12T17:45:42.369Z",
        "description": "counts", "employeeType": "permanent", "employeeIdentifier": "1", "company": "Acme",
        "department": "Engines", "jobTitle": "Engineer", "totp_enabled": true, "externally_managed": false,
        "mfa": { "exclusion": true, "configured": false, "exclusionUntil": "2021-02-13T17:45:42Z" },
        "ldap_binding_user": true, "samba_service_user": false, "sudo": true, "tags": ["a", "b"],
    });
    let run = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let user = records_like::<User>(&example, &["/_id", "/username", "/email"]);
    proptest!(ProptestConfig::with_cases(32), |(mut users in vec(user, 1..24))| {
        for (number, user) in users.iter_mut().enumerate() {
            user["_id"] = user_id(number).into();
        }
        let count = users.len();
        let provider = Double::new().list("systemusers", V1, users);
        let ran = run.block_on(Step::<fetch_users>::new().given(account(ACCOUNT)).run(jumpcloud(&provider)));
        ran.assert_complete();
        prop_assert_eq!(ran.graph.of::<User>().len(), count);
        prop_assert_eq!(ran.graph.of::<Has<Account, User>>().len(), count);
        for name in ran.graph.values::<User>("name") {
            prop_assert_ne!(name, "");
        }
    });
}
