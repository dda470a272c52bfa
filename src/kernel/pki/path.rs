//! From a user's certificate up to a trusted authority, and whether each on the way still holds.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Certificate, Crl, MAX_CERTIFICATES, MAX_DEPTH, Refusal};

/// What to do with a revocation list whose successor is overdue; set by the administrator. A list that is missing is
/// refused under either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grace {
    /// Nobody signs in until there is a new one.
    Refuse,
    /// It is taken for so many hours longer.
    Hours(u16),
}

impl Grace {
    /// From hours, where none is a refusal.
    #[must_use]
    pub const fn of_hours(hours: u16) -> Self {
        if hours == 0 { Self::Refuse } else { Self::Hours(hours) }
    }

    fn span(self) -> TimeDelta {
        match self {
            Self::Refuse => TimeDelta::zero(),
            Self::Hours(hours) => TimeDelta::hours(hours.into()),
        }
    }
}

/// An authority that an administrator trusts.
#[derive(Clone, Debug)]
pub struct Authority {
    /// Its certificate: a root's or one below it.
    pub certificate: Certificate,
    /// For the lists of it and of those below it that aren't trusted by themselves.
    pub grace: Grace,
}

/// Whom to trust, and what has been revoked.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// The authorities.
    pub authorities: Vec<Authority>,
    /// Their revocation lists.
    pub crls: Vec<Crl>,
}

/// Tries of signatures in one search at most: names that lead in circles end here.
const MOST_TRIES: usize = 64;

struct Search<'a> {
    trust: &'a Trust,
    given: &'a [Certificate],
    now: DateTime<Utc>,
    tries: usize,
}

/// A certificate on the way, and whether it is trusted by itself.
#[derive(Clone, Copy)]
struct PathStep<'a> {
    certificate: &'a Certificate,
    grace: Option<Grace>,
}

/// Checks a user's certificate: its use, its path through the given certificates to an authority, and that nothing on the
/// way has been revoked.
pub(super) fn check(
    user: &Certificate,
    given: &[Certificate],
    trust: &Trust,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    if given.len() > MAX_CERTIFICATES {
        return Err(Refusal::TooMany(MAX_CERTIFICATES));
    }
    if user.is_self_issued() {
        return Err(Refusal::SelfSigned);
    }
    user.check_time(now)?;
    user.check_extensions()?;
    user.check_user()?;
    let mut search = Search { trust, given, now, tries: 0 };
    let path = search.climb(vec![PathStep { certificate: user, grace: None }])?;
    search.check_revoked(&path)
}

impl<'a> Search<'a> {
    /// Goes on from the last step to the top. The nearest reason is told when no way leads there.
    fn climb(&mut self, path: Vec<PathStep<'a>>) -> Result<Vec<PathStep<'a>>, Refusal> {
        let last = path[path.len() - 1];
        if last.certificate.is_self_issued() && last.grace.is_some() {
            return Ok(path);
        }
        let issuer = last.certificate.issuer_name();
        let trusted = self
            .trust
            .authorities
            .iter()
            .map(|authority| PathStep { certificate: &authority.certificate, grace: Some(authority.grace) });
        // Above one that is trusted only those count that are trusted too: what a user sends along changes nothing there.
        let given = if last.grace.is_some() { &[] } else { self.given };
        let given = given.iter().map(|certificate| PathStep { certificate, grace: None });
        let next: Vec<PathStep<'a>> = trusted
            .chain(given)
            .filter(|step| step.certificate.subject_name() == issuer)
            // What was passed once leads in a circle.
            .filter(|step| path.iter().all(|passed| passed.certificate.der() != step.certificate.der()))
            .collect();
        let mut reason = None;
        for step in next {
            let tried = self.check_step(&path, step).and_then(|()| {
                let mut path = path.clone();
                path.push(step);
                self.climb(path)
            });
            match tried {
                Ok(path) => return Ok(path),
                Err(refusal) => {
                    reason.get_or_insert(refusal);
                }
            }
        }
        // An authority that is trusted needs nobody above it; but where its issuer is trusted as well, that one's list counts.
        match reason {
            _ if last.grace.is_some() => Ok(path),
            None => Err(Refusal::UnknownIssuer(last.certificate.issuer())),
            Some(reason) => Err(reason),
        }
    }

    fn check_step(&mut self, path: &[PathStep<'_>], step: PathStep<'_>) -> Result<(), Refusal> {
        self.tries += 1;
        if path.len() >= MAX_DEPTH || self.tries > MOST_TRIES {
            return Err(Refusal::TooDeep);
        }
        let issuer = step.certificate;
        path[path.len() - 1].certificate.check_signed_by(issuer)?;
        issuer.check_time(self.now)?;
        issuer.check_extensions()?;
        issuer.check_issues()?;
        // Authorities between this one and the user; those that issued themselves don't count (RFC 5280, 4.2.1.9).
        let below = path[1..].iter().filter(|step| !step.certificate.is_self_issued()).count();
        if issuer.path_length().is_some_and(|most| below > most) {
            return Err(Refusal::PathLength(issuer.subject()));
        }
        Ok(())
    }

    fn check_revoked(&self, path: &[PathStep<'_>]) -> Result<(), Refusal> {
        for (index, pair) in path.windows(2).enumerate() {
            let (certificate, issuer) = (pair[0].certificate, pair[1].certificate);
            let grace = path[index + 1..].iter().find_map(|step| step.grace).unwrap_or(Grace::Refuse);
            self.check_list(certificate, issuer, grace)?;
        }
        Ok(())
    }

    /// Looks a certificate up in its issuer's newest list.
    fn check_list(&self, certificate: &Certificate, issuer: &Certificate, grace: Grace) -> Result<(), Refusal> {
        let mut reason = Refusal::NoCrl(issuer.subject());
        let mut newest: Option<&Crl> = None;
        for crl in self.trust.crls.iter().filter(|crl| crl.names(issuer)) {
            if newest.is_some_and(|newest| newest.this_update() >= crl.this_update()) {
                continue;
            }
            match crl.check_issuer(issuer) {
                Ok(()) => newest = Some(crl),
                Err(refusal) => reason = refusal,
            }
        }
        let Some(crl) = newest else { return Err(reason) };
        // What is revoked stays so, however old the list is.
        if let Some(at) = crl.revoked_at(certificate) {
            return Err(Refusal::Revoked(certificate.subject(), at));
        }
        if crl.this_update() > self.now {
            return Err(Refusal::EarlyCrl(issuer.subject()));
        }
        if self.now > crl.next_update() + grace.span() {
            return Err(Refusal::StaleCrl(issuer.subject(), crl.next_update()));
        }
        Ok(())
    }
}
