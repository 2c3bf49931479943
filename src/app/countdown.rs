//! The wait for a new code, counted down in the browser whichever page is in view.

use std::time::Duration;

use leptos::prelude::*;

use super::ui::Ui;
use crate::rules::page::PageState;

/// Seconds until a new code may be asked for, counted down in the browser from what the server said last.
pub fn keep(ui: Ui) {
    let told = move |state: &PageState| {
        let flow = state.flow.as_ref();
        flow.map(|flow| (flow.resend_in, flow.resends_left))
    };
    // Started anew only by what the server has said, not by an error that was found here.
    let told = Memo::new(move |_| ui.state.with(told));
    Effect::new(move |running: Option<Option<IntervalHandle>>| {
        if let Some(Some(running)) = running {
            running.clear();
        }
        ui.seconds.set(told.get().map_or(0, |(seconds, _)| seconds));
        // Measured against the clock, not counted in ticks: a sleeping tab gets fewer of those.
        let until = js_sys::Date::now() + f64::from(ui.seconds.get_untracked()) * 1000.0;
        let tick = move || {
            let left = ((until - js_sys::Date::now()) / 1000.0)
                .ceil()
                .clamp(0.0, f64::from(u16::MAX));
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "clamped to what fits"
            )]
            let left = left as u16;
            if left != ui.seconds.get_untracked() {
                ui.seconds.set(left);
            }
        };
        let running = set_interval_with_handle(tick, Duration::from_secs(1)).ok();
        on_cleanup(move || {
            if let Some(running) = running {
                running.clear();
            }
        });
        running
    });
}
