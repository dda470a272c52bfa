//! The one error of the program: what a handler answers when it can't do what was asked (RFC 9457).

use std::{
    fmt, io,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::text::{Language, Text, text};

/// What a handler gives.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a request can't be answered as asked.
#[derive(Debug)]
pub enum Error {
    /// 400: the request can't be read; the text says what and where.
    BadRequest(Text),
    /// 401: nobody is signed in, or the sign-in has ended.
    Unauthorised,
    /// 401: a sign-in that isn't taken; the text says why as far as a stranger may know.
    SignIn(Text),
    /// 401: the password is right, and the code of the second factor is still to come.
    SecondFactor,
    /// 429: too many tries; so many seconds are to pass before the next.
    TooMany(u64),
    /// 403: the actor lacks this permission.
    Forbidden(&'static str),
    /// 404: what was asked for isn't there, or not in the actor's scope.
    NotFound(Text),
    /// 404, the same answer: it is there, in this region, which isn't in the actor's scope. The audit keeps the try.
    OutOfScope(Text, i64),
    /// 405: the address is there, but not for this method.
    MethodNotAllowed,
    /// 409: it can't be done as things stand.
    Conflict(Text),
    /// 409: a rule of the process stands against it; its name, and what could be done instead.
    Refused(Text, &'static str, Vec<String>),
    /// 413: too much at once.
    TooLarge(Text),
    /// 415: a kind of content that isn't taken.
    UnsupportedMedia(Text),
    /// 422: read, but wrong; fields by JSON pointer.
    Invalid(Text, Vec<FieldFault>),
    /// 503: more work than the machine can do now.
    Busy,
    /// 503: the database can't be reached now.
    DatabaseDown,
    /// 423: somebody else is at it now.
    Locked(Text),
    /// 507: there is no room for so much; for less there is.
    NoRoom(Text),
    /// 507: no disk has room for what is to be kept.
    StorageFull,
    /// 500: our fault; logged, and nothing of the inside is said.
    Internal(anyhow::Error),
}

/// For the log, and for what became of a job; who asks reads a problem.
impl fmt::Display for Error {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{self:?}")
    }
}

impl std::error::Error for Error {}

/// What is wrong with one field, in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// JSON pointer to the field (RFC 6901).
    pub pointer: String,
    /// What is wrong with it.
    pub what: Text,
}

impl FieldFault {
    /// A fault of the field at a pointer.
    pub fn new(
        pointer: impl Into<String>,
        zh: impl Into<std::borrow::Cow<'static, str>>,
        en: impl Into<std::borrow::Cow<'static, str>>,
    ) -> Self {
        Self { pointer: pointer.into(), what: text(zh, en) }
    }
}

/// What is wrong with one field, in the reader's language.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FieldError {
    /// JSON pointer to the field (RFC 6901).
    pub pointer: String,
    /// What is wrong with it.
    pub detail: String,
}

/// Problem details, RFC 9457.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A stable name for the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// What kind of problem it is, in a few words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened here and what to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The rule of the process that stands against it, by its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'static str>,
    /// The actions that could be taken instead, where a rule of the process stands against the one that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actions: Option<Vec<String>>,
    /// The permission that is missing, by its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<&'static str>,
    /// By which the request is found in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl Error {
    /// A bad request, said in both languages.
    pub fn bad(zh: impl Into<std::borrow::Cow<'static, str>>, en: impl Into<std::borrow::Cow<'static, str>>) -> Self {
        Self::BadRequest(text(zh, en))
    }

    /// Something that isn't there or not in scope.
    pub fn not_found(
        zh: impl Into<std::borrow::Cow<'static, str>>,
        en: impl Into<std::borrow::Cow<'static, str>>,
    ) -> Self {
        Self::NotFound(text(zh, en))
    }

    /// What isn't found; where it is known to be in a region out of scope, the audit keeps that it was asked for.
    #[must_use]
    pub fn out_of(self, region: Option<i64>) -> Self {
        match (self, region) {
            (Self::NotFound(text), Some(region)) => Self::OutOfScope(text, region),
            (other, _) => other,
        }
    }

    /// The database is away. Logged once in a while, as under load every request finds that.
    pub fn away(why: &dyn std::fmt::Display) -> Self {
        const PAUSE: Duration = Duration::from_secs(5);
        static SAID: Mutex<Option<Instant>> = Mutex::new(None);
        let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
        if said.is_none_or(|at| at.elapsed() >= PAUSE) {
            *said = Some(Instant::now());
            tracing::warn!("the database is away: {why}");
        }
        Self::DatabaseDown
    }

    /// One field that is wrong, by its JSON pointer.
    pub fn field(
        pointer: impl Into<String>,
        zh: impl Into<std::borrow::Cow<'static, str>>,
        en: impl Into<std::borrow::Cow<'static, str>>,
    ) -> Self {
        let text = text(zh, en);
        Self::Invalid(text.clone(), vec![FieldFault { pointer: pointer.into(), what: text }])
    }

    /// What the database said, where it is the database that refused.
    #[must_use]
    pub fn database(&self) -> Option<&dyn sqlx::error::DatabaseError> {
        let Self::Internal(error) = self else { return None };
        error.downcast_ref::<sqlx::Error>()?.as_database_error()
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Unauthorised | Self::SignIn(_) | Self::SecondFactor => StatusCode::UNAUTHORIZED,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound(_) | Self::OutOfScope(..) => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict(_) | Self::Refused(..) => StatusCode::CONFLICT,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMedia(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid(..) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Busy | Self::DatabaseDown => StatusCode::SERVICE_UNAVAILABLE,
            Self::Locked(_) => StatusCode::LOCKED,
            Self::StorageFull | Self::NoRoom(_) => StatusCode::INSUFFICIENT_STORAGE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The problem details in a language.
    #[must_use]
    pub fn problem(&self, language: Language, request_id: Option<&str>) -> Problem {
        let (kind, title) = match self {
            Self::BadRequest(_) => ("bad-request", text("请求无法识别", "The request can't be read")),
            Self::Unauthorised => ("unauthorised", text("需要登录", "Sign in first")),
            Self::SignIn(_) => ("sign-in-refused", text("登录未成功", "The sign-in was refused")),
            Self::SecondFactor => ("second-factor", text("需要动态验证码", "A second factor is needed")),
            Self::TooMany(_) => ("too-many", text("尝试过于频繁", "Too many tries")),
            Self::Forbidden(_) => ("forbidden", text("没有权限", "Not permitted")),
            Self::NotFound(_) | Self::OutOfScope(..) => ("not-found", text("没有找到", "Not found")),
            Self::MethodNotAllowed => ("method-not-allowed", text("方法不适用", "Not for this method")),
            Self::Conflict(_) => ("conflict", text("与现有数据冲突", "In conflict with what is there")),
            Self::Refused(..) => ("refused", text("现在不能这样办理", "This can't be done now")),
            Self::TooLarge(_) => ("too-large", text("内容过大", "Too large")),
            Self::UnsupportedMedia(_) => {
                ("unsupported-media-type", text("不支持的内容类型", "Content of an unknown kind"))
            }
            Self::Invalid(..) => ("invalid", text("内容有误", "The content is wrong")),
            Self::Busy => ("busy", text("系统繁忙", "Busy")),
            Self::DatabaseDown => ("database-down", text("数据库暂不可用", "The database is away")),
            Self::Locked(_) => ("locked", text("正在处理", "In other hands")),
            Self::NoRoom(_) => ("no-room", text("空间不足", "No room")),
            Self::StorageFull => ("storage-full", text("存储空间已满", "The disk is full")),
            Self::Internal(_) => ("internal", text("系统内部错误", "Internal error")),
        };
        let detail = match self {
            Self::BadRequest(text)
            | Self::SignIn(text)
            | Self::NotFound(text)
            | Self::OutOfScope(text, _)
            | Self::Conflict(text)
            | Self::Locked(text)
            | Self::NoRoom(text)
            | Self::Refused(text, ..)
            | Self::TooLarge(text)
            | Self::UnsupportedMedia(text)
            | Self::Invalid(text, _) => text.clone(),
            Self::Unauthorised => text("尚未登录，或登录已过期。", "Nobody is signed in, or the sign-in has expired."),
            Self::SecondFactor => {
                text("请输入身份验证器上的 6 位动态码。", "Enter the code of 6 digits that your authenticator shows.")
            }
            Self::TooMany(seconds) => {
                let minutes = seconds.div_ceil(60);
                if *seconds > 90 {
                    text(format!("请 {minutes} 分钟后再试。"), format!("Try again in {minutes} minutes."))
                } else {
                    text(format!("请 {seconds} 秒后再试。"), format!("Try again in {seconds} seconds."))
                }
            }
            // A permission's name is for programs; the audit keeps it.
            Self::Forbidden(_) => text(
                "当前岗位没有执行这项操作的权限，请联系系统管理员。",
                "The present post carries no permission for this; ask the system administrator.",
            ),
            Self::MethodNotAllowed => text(
                "此地址不接受这种请求方法；可用的方法见 Allow 标头。",
                "This address doesn't take the method; the header Allow names those that it takes.",
            ),
            Self::Busy => text("请求过多，请稍候重试。", "Too many requests at once; try again in a moment."),
            Self::DatabaseDown => {
                text("数据库正在恢复，请稍候重试。", "The database is coming back; try again in a moment.")
            }
            Self::StorageFull => text(
                "服务器磁盘已满，未保存任何内容；已告知管理员，腾出空间后请重试。",
                "The server's disk is full and nothing was kept; the administrator is told, try again when there is room.",
            ),
            Self::Internal(_) => text("请把请求编号告诉管理员。", "Tell the administrator the request id."),
        };
        Problem {
            kind: format!("urn:gridhall:problem:{kind}"),
            title: title.in_language(language).to_owned(),
            status: self.status().as_u16(),
            detail: Some(detail.in_language(language).to_owned()),
            rule: if let Self::Refused(_, rule, _) = self { Some(rule) } else { None },
            actions: if let Self::Refused(.., legal) = self { Some(legal.clone()) } else { None },
            permission: if let Self::Forbidden(permission) = self { Some(permission) } else { None },
            errors: match self {
                Self::Invalid(_, faults) => faults
                    .iter()
                    .map(|fault| FieldError {
                        pointer: fault.pointer.clone(),
                        detail: fault.what.in_language(language).to_owned(),
                    })
                    .collect(),
                _ => Vec::new(),
            },
            request_id: request_id.map(str::to_owned),
        }
    }

    /// The answer in a language.
    #[must_use]
    pub fn respond(&self, language: Language, request_id: Option<&str>) -> Response {
        if let Self::Internal(error) = self {
            tracing::error!(request_id, "{error:#}");
        }
        let problem = serde_json::to_vec(&self.problem(language, request_id)).unwrap_or_default();
        let mut response = (self.status(), problem).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self {
            Self::Busy | Self::DatabaseDown => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
            }
            Self::StorageFull => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
            }
            Self::TooMany(seconds) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
            }
            Self::Unauthorised => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"gridhall\""));
            }
            _ => {}
        }
        response
    }
}

impl IntoResponse for Error {
    /// The error travels with the response, so that the outer layer can say it in the reader's language.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(std::sync::Arc::new(self));
        response
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(inner) => match inner.code().as_deref() {
                // 53100: disk full. 58030: an error of input or output, which names the disk that has no room.
                Some("53100") => return Self::StorageFull,
                Some("58030") if inner.message().contains("No space left") => return Self::StorageFull,
                // 53200: out of memory. 53400: a limit of the configuration. 53000: any other resource.
                Some("53000" | "53200" | "53400") => {
                    tracing::warn!("the database has no resources left: {error}");
                    return Self::Busy;
                }
                // 57014: it took longer than a statement may.
                Some("57014") => {
                    tracing::warn!("a statement took too long: {error}");
                    return Self::Busy;
                }
                // 40P01, 55P03: somebody else holds what this waits for, too long or for what this holds.
                Some("40P01" | "55P03") => {
                    tracing::warn!("waited in vain for somebody else: {error}");
                    return Self::Busy;
                }
                _ => {}
            },
            sqlx::Error::Io(inner) if is_full(inner) => return Self::StorageFull,
            _ => {}
        }
        let down = match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_) => true,
            // Class 57P: shut down, crashed, or starting up. 53300: no connection is left.
            sqlx::Error::Database(error) => error.code().is_some_and(|code| code.starts_with("57P") || code == "53300"),
            _ => false,
        };
        if down {
            return Self::away(&error);
        }
        // 22021, 22P05: a character that PostgreSQL can't keep; from JSON and addresses that is only U+0000.
        if let sqlx::Error::Database(inner) = &error
            && inner.code().is_some_and(|code| ["22021", "22P05"].contains(&&*code))
        {
            return Self::Invalid(
                text("内容含有空字符（U+0000），无法保存。", "A text holds the character U+0000, which can't be kept."),
                Vec::new(),
            );
        }
        Self::Internal(error.into())
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<sqlx::Error>() {
            Ok(error) => error.into(),
            Err(error) if error.chain().filter_map(|cause| cause.downcast_ref()).any(is_full) => Self::StorageFull,
            Err(error) => Self::Internal(error),
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        if is_full(&error) { Self::StorageFull } else { Self::Internal(error.into()) }
    }
}

/// Whether a disk has no room, or a quota is used up.
fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_without_room_is_told_from_our_own_faults() {
        for kind in [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded] {
            assert!(matches!(Error::from(io::Error::from(kind)), Error::StorageFull));
            assert!(matches!(Error::from(sqlx::Error::Io(kind.into())), Error::StorageFull));
            let within = anyhow::Error::new(io::Error::from(kind)).context("a file can't be written");
            assert!(matches!(Error::from(within), Error::StorageFull));
        }
        assert!(matches!(Error::from(io::Error::from(io::ErrorKind::PermissionDenied)), Error::Internal(_)));
        assert!(matches!(Error::from(sqlx::Error::Io(io::ErrorKind::BrokenPipe.into())), Error::DatabaseDown));
        assert_eq!(Error::StorageFull.status().as_u16(), 507);
    }

    #[test]
    fn what_is_wrong_with_a_field_is_said_in_the_reader_s_language() {
        let faults =
            vec![FieldFault::new("/hours", "应为 1 到 24", "1 to 24"), FieldFault::new("/name", "不能为空", "empty")];
        let error = Error::Invalid(text("有误。", "It is wrong."), faults);
        for (language, hours, name) in
            [(Language::Chinese, "应为 1 到 24", "不能为空"), (Language::English, "1 to 24", "empty")]
        {
            let problem = error.problem(language, None);
            let said: Vec<(&str, &str)> =
                problem.errors.iter().map(|field| (field.pointer.as_str(), field.detail.as_str())).collect();
            assert_eq!(said, [("/hours", hours), ("/name", name)]);
        }
    }
}
