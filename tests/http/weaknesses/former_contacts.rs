//! A contact that was replaced or removed may revert that, and what followed from it; of what came later it is only told (W16). Tried with a
//! thief, who must lose everything, and with a former employer, who must not take the owner's newest password.

use rekey::texts::ServerText;

use crate::support::sms::Sms;
use crate::support::{
    Browser, Engine, GOOD, OTHER_GOOD, Page, ReceivedMail, Server, Setup, Smtp, english_server,
    on_both_engines,
};

on_both_engines!(
    w16_later_notices_to_a_replaced_address_carry_no_revert,
    w16_a_former_employer_does_not_void_a_later_password,
    w16_nor_one_from_a_reset_by_another_channel,
    w16_a_thief_loses_what_the_same_session_did,
    w16_a_thief_loses_what_a_stolen_password_opened,
    w16_a_thief_loses_a_reset_through_the_new_address,
    w16_a_thief_loses_what_a_second_sign_in_did_within_a_day,
    w16_an_address_that_came_later_from_elsewhere_waits_again,
    w16_a_revert_leaves_a_way_to_a_reset,
    w16_the_owner_sees_who_can_still_undo_what
);

pub(super) const OLD: &str = "anna.berg@demo.example";
const NEW: &str = "anna@new.example";
pub(super) const DAY: i64 = 24 * 3600;

pub(super) fn setup(engine: Engine, smtp: &Smtp) -> Setup {
    Setup::stopped(engine).relay(smtp)
}

pub(super) async fn start(engine: Engine, smtp: &Smtp) -> Server {
    setup(engine, smtp).start().await
}

/// Somebody signs in with this password and changes it in that session: the notice to the old address.
pub(super) async fn change_password(
    server: &Server,
    smtp: &mut Smtp,
    browser: &mut Browser,
    (present, password): (&str, &str),
) -> ReceivedMail {
    let page = browser.open("/account/security/password").await;
    let fields = [
        ("password", present),
        ("new_password", password),
        ("confirm_password", password),
    ];
    let page = browser
        .post_to(&page, "/api/account/password", &fields)
        .await;
    assert_eq!(page.path, "/account/security", "{:?}", page.errors());
    server.settle().await;
    smtp.next_to(OLD).await
}

pub(super) async fn signed_in(server: &Server, password: &str) -> Browser {
    let mut browser = server.browser();
    let page = browser.sign_in("anna", password).await;
    assert_eq!(page.path, "/account", "{:?}", page.errors());
    browser
}

/// The address is replaced in a session of its own: that browser, and the notice to the old one.
pub(super) async fn replaced(server: &Server, smtp: &mut Smtp) -> (Browser, ReceivedMail) {
    let mut browser = signed_in(server, &server.passwords["anna"]).await;
    let notice = server.change_mail(&mut browser, smtp, OLD, NEW).await;
    (browser, notice)
}

async fn press(server: &Server, notice: &ReceivedMail) -> Page {
    let mut reader = server.browser();
    let page = reader.open(&notice.stop()).await;
    reader.post_to(&page, "/stop", &[]).await
}

fn can_revert(letter: &ReceivedMail) -> bool {
    letter.text().contains("/stop")
}

async fn w16_later_notices_to_a_replaced_address_carry_no_revert(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = start(engine, &smtp).await;
    let password = server.passwords["anna"].clone();
    let (mut owner, notice) = replaced(&server, &mut smtp).await;
    assert!(can_revert(&notice), "its own replacement it may undo");
    let later = change_password(&server, &mut smtp, &mut owner, (&password, GOOD)).await;
    assert!(!can_revert(&later), "{}", later.text());
    server.advance(3 * DAY).await;
    let mut owner = signed_in(&server, GOOD).await;
    let later = change_password(&server, &mut smtp, &mut owner, (GOOD, OTHER_GOOD)).await;
    assert!(!can_revert(&later), "{}", later.text());
    // Another address comes, too: the new one may undo it, the old one is told.
    let page = owner.ask_mail("second@new.example", None).await;
    assert!(page.errors().is_empty(), "{:?}", page.errors());
    let code = smtp.code_to("second@new.example").await;
    owner.give_contact_code(&code).await;
    server.settle().await;
    let mut told = 0;
    for letter in smtp.unread() {
        if letter.to == [OLD] {
            assert!(!can_revert(&letter), "{}", letter.text());
            told += 1;
        } else if letter.to == [NEW] && letter.text().contains("second") {
            assert!(can_revert(&letter));
        }
    }
    assert_eq!(told, 1);
}

async fn w16_a_former_employer_does_not_void_a_later_password(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = start(engine, &smtp).await;
    let password = server.passwords["anna"].clone();
    let (_, notice) = replaced(&server, &mut smtp).await;
    server.advance(3 * DAY).await;
    let mut owner = signed_in(&server, &password).await;
    change_password(&server, &mut smtp, &mut owner, (&password, GOOD)).await;
    press(&server, &notice).await;
    assert!(
        server.opens("anna", GOOD).await,
        "the owner's newest password"
    );
}

/// The code of the next text message that has one: alone behind the sign at its end.
async fn code_of(sms: &Sms) -> String {
    loop {
        let (_, text) = sms.next().await;
        if let Some((_, code)) = text.rsplit_once('#') {
            return code.trim().to_owned();
        }
    }
}

async fn w16_nor_one_from_a_reset_by_another_channel(engine: Engine) {
    let mut smtp = Smtp::start();
    let sms = Sms::start().await;
    let server = Setup::stopped(engine)
        .relay(&smtp)
        .gateway(&sms)
        .set("RESET__PROVE_BY", "mail_code,sms_code")
        .set("RESET__IDENTIFIERS", "user_name,mail,phone")
        .start()
        .await;
    let (_, notice) = replaced(&server, &mut smtp).await;
    server.advance(3 * DAY).await;
    let mut owner = server.browser();
    let page = owner.begin("070-174 06 05").await;
    let code = code_of(&sms).await;
    let page = owner.give(&page, &code).await;
    let page = owner.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done", "{:?}", page.errors());
    press(&server, &notice).await;
    assert!(server.opens("anna", GOOD).await);
}

async fn w16_a_thief_loses_what_the_same_session_did(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = start(engine, &smtp).await;
    let password = server.passwords["anna"].clone();
    let (mut thief, notice) = replaced(&server, &mut smtp).await;
    server.advance(4 * 3600).await;
    change_password(&server, &mut smtp, &mut thief, (&password, GOOD)).await;
    server.advance(2 * DAY).await;
    press(&server, &notice).await;
    assert!(!thief.is_signed_in().await);
    assert!(!server.opens("anna", GOOD).await);
    assert!(!server.opens("anna", &password).await);
}

async fn w16_a_thief_loses_what_a_stolen_password_opened(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = start(engine, &smtp).await;
    let password = server.passwords["anna"].clone();
    let (mut thief, notice) = replaced(&server, &mut smtp).await;
    change_password(&server, &mut smtp, &mut thief, (&password, GOOD)).await;
    server.advance(2 * DAY).await;
    let mut again = signed_in(&server, GOOD).await;
    change_password(&server, &mut smtp, &mut again, (GOOD, OTHER_GOOD)).await;
    server.advance(2 * DAY).await;
    let mut third = signed_in(&server, OTHER_GOOD).await;
    press(&server, &notice).await;
    assert!(!third.is_signed_in().await);
    assert!(!server.opens("anna", OTHER_GOOD).await);
}

async fn w16_a_thief_loses_a_reset_through_the_new_address(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = start(engine, &smtp).await;
    let (_, notice) = replaced(&server, &mut smtp).await;
    server.advance(2 * DAY).await;
    let mut thief = server.browser();
    let page = thief.begin(NEW).await;
    let code = smtp.code_to(NEW).await;
    let page = thief.give(&page, &code).await;
    let page = thief.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done", "{:?}", page.errors());
    let page = press(&server, &notice).await;
    assert_eq!(page.status, 200);
    assert!(!server.opens("anna", GOOD).await);
}

async fn w16_a_thief_loses_what_a_second_sign_in_did_within_a_day(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = start(engine, &smtp).await;
    let password = server.passwords["anna"].clone();
    let (_, notice) = replaced(&server, &mut smtp).await;
    server.advance(3600).await;
    let mut second = signed_in(&server, &password).await;
    change_password(&server, &mut smtp, &mut second, (&password, GOOD)).await;
    server.advance(3 * DAY).await;
    press(&server, &notice).await;
    assert!(!server.opens("anna", GOOD).await);
    let came_back = "SELECT COUNT(*) FROM contacts WHERE address = 'anna.berg@demo.example' AND ends_at IS NULL";
    assert_eq!(server.db.number(came_back).await, 1);
}

async fn w16_an_address_that_came_later_from_elsewhere_waits_again(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = start(engine, &smtp).await;
    let password = server.passwords["anna"].clone();
    let second = "second@new.example";
    let (_, notice) = replaced(&server, &mut smtp).await;
    server.advance(3 * DAY).await;
    let mut later = signed_in(&server, &password).await;
    later.ask_mail(second, None).await;
    let code = smtp.code_to(second).await;
    let page = later.give_contact_code(&code).await;
    assert_eq!(page.path, "/account/security", "{:?}", page.errors());
    server.advance(DAY + 3600).await;
    let mut stranger = server.browser();
    stranger.begin(second).await;
    smtp.code_to(second).await;

    press(&server, &notice).await;
    let mut stranger = server.browser();
    stranger.begin(second).await;
    server.settle().await;
    let mut told = false;
    for letter in smtp.unread().iter().filter(|each| each.to == [second]) {
        assert_eq!(letter.code_if_any(), None, "{}", letter.text());
        told = true;
    }
    assert!(told, "that it was stopped");
    server.advance(DAY + 60).await;
    let mut owner = server.browser();
    owner.begin(second).await;
    smtp.code_to(second).await;
}

async fn w16_a_revert_leaves_a_way_to_a_reset(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = start(engine, &smtp).await;
    let password = server.passwords["anna"].clone();
    let mut owner = signed_in(&server, &password).await;
    owner.ask_mail(NEW, None).await;
    let code = smtp.code_to(NEW).await;
    owner.give_contact_code(&code).await;
    let notice = smtp.next_to(OLD).await;
    server.advance(2 * DAY).await;
    // The first address gives way to a third one, from elsewhere; then it takes back that the second one came.
    let mut owner = signed_in(&server, &password).await;
    let third = "third@new.example";
    server.change_mail(&mut owner, &mut smtp, OLD, third).await;
    server.advance(2 * DAY).await;
    press(&server, &notice).await;
    // The reset that this has begun, and one of the owner's own.
    server.settle().await;
    smtp.code_to(third).await;
    let mut owner = server.browser();
    let page = owner.begin(third).await;
    let code = smtp.code_to(third).await;
    let page = owner.give(&page, &code).await;
    let page = owner.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done", "{:?}", page.errors());
}

async fn w16_the_owner_sees_who_can_still_undo_what(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = start(engine, &smtp).await;
    let password = server.passwords["anna"].clone();
    let heading = &english_server(ServerText::AccountUndoHeading);
    let mut owner = signed_in(&server, &password).await;
    let page = owner.open("/account/security").await;
    assert!(!page.text().contains(heading), "{}", page.text());
    server.change_mail(&mut owner, &mut smtp, OLD, NEW).await;
    server.advance(3 * DAY).await;
    let mut owner = signed_in(&server, &password).await;
    let page = owner.open("/account/security").await;
    assert!(page.text().contains(heading), "{}", page.text());
    assert!(page.text().contains(OLD), "{}", page.text());
    server.advance(5 * DAY).await;
    let mut owner = signed_in(&server, &password).await;
    let page = owner.open("/account/security").await;
    assert!(!page.text().contains(heading), "{}", page.text());
}
