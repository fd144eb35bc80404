//! The address that adds a credential to a LinkedIn profile.

use touchstone_vc::View;

use crate::templates::Moment;
use crate::text::in_query;

/// Builds the address. `page` is the public page.
pub(super) fn link(view: &View<'_>, page: &str) -> String {
    let mut link = format!(
        "https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME&name={}&organizationName={}",
        in_query(view.title().unwrap_or_default()),
        in_query(view.issuer.name.unwrap_or_default()),
    );
    if let Some(at) = view.awarded_date.or(view.valid_from) {
        let (year, month) = Moment::from(at).year_and_month();
        link += &format!("&issueYear={year}&issueMonth={month}");
    }
    if let Some(at) = view.valid_until {
        let (year, month) = Moment::from(at).year_and_month();
        link += &format!("&expirationYear={year}&expirationMonth={month}");
    }
    link += &format!("&certUrl={}", in_query(page));
    if let Some(id) = view.id {
        link += &format!("&certId={}", in_query(id));
    }
    link
}
