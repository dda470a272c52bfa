//! Why something can't be done as things stand.

use crate::kernel::text::{Text, text};

/// The rule against which an action goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FlowRule {
    /// The process knows no such action.
    Unknown,
    /// It can't be done in this step.
    Step,
    /// It lies outside the actor's regions, and no task of it is theirs.
    Region,
    /// Who does it holds a permission that the actor doesn't.
    Permission(String),
    /// Who does it acts at another level of regions.
    Level,
    /// The task is in somebody else's hands.
    Holder,
    /// It is for somebody who is something else to the matter.
    Party(String),
    /// It isn't for who did this before.
    Did(String),
    /// It is for who did this before.
    DidNot(String),
    /// A guard doesn't hold.
    Guard(String),
    /// The same was asked for, and isn't decided yet.
    Asked(String),
    /// Nothing of the kind was asked for.
    NotAsked(String),
    /// It was done as often as it may be.
    Often(u32),
    /// Others who help aren't done yet.
    Helpers,
    /// It has to say who does the task, with one who leads.
    Unassigned,
    /// It has to say how much more time, or until when.
    Untimed,
    /// Only a timer does it.
    Timer,
    /// Others have gone on meanwhile.
    Version,
}

/// A refusal: the rule, and what could be done instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowRefusal {
    /// The rule.
    pub rule: FlowRule,
    /// The actions that the same actor could take, by name.
    pub legal: Vec<String>,
}

impl FlowRule {
    /// Its name in answers.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Step => "step",
            Self::Region => "region",
            Self::Permission(_) => "permission",
            Self::Level => "level",
            Self::Holder => "holder",
            Self::Party(_) => "party",
            Self::Did(_) => "did",
            Self::DidNot(_) => "did_not",
            Self::Guard(_) => "guard",
            Self::Asked(_) => "asked",
            Self::NotAsked(_) => "not_asked",
            Self::Often(_) => "often",
            Self::Helpers => "helpers",
            Self::Unassigned => "unassigned",
            Self::Untimed => "untimed",
            Self::Timer => "timer",
            Self::Version => "version",
        }
    }

    /// What it says to people. What a guard says is its module's; here it is said that one doesn't hold.
    #[must_use]
    pub fn says(&self) -> Text {
        match self {
            Self::Unknown => text("没有这一操作。", "There is no such action."),
            Self::Step => text("当前环节不能进行此操作。", "This can't be done in the present step."),
            Self::Region => {
                text("不在您的辖区内，也没有交给您办理。", "It lies outside your regions and isn't given to you.")
            }
            Self::Permission(_) => text("您没有进行此操作的权限。", "You have no permission for this."),
            Self::Level => text("此操作由其他层级办理。", "This is done at another level of regions."),
            Self::Holder => text("任务由他人办理，不在您手中。", "The task is in somebody else's hands."),
            Self::Party(_) => text("此操作由相关当事人进行。", "This is for somebody whom the matter concerns."),
            Self::Did(_) => text(
                "您办理过前面的环节，此操作须由他人进行。",
                "You did an earlier step; somebody else has to do this.",
            ),
            Self::DidNot(_) => text("此操作由前一环节的办理人进行。", "This is for who did an earlier step."),
            Self::Guard(_) => text("不满足办理条件。", "A condition for this isn't met."),
            Self::Asked(_) => text("已有同类申请等待决定。", "The same was asked for and isn't decided yet."),
            Self::NotAsked(_) => text("没有等待决定的申请。", "Nothing of the kind was asked for."),
            Self::Often(most) => {
                text(format!("此操作最多 {most} 次。"), format!("This can be done {most} times at most."))
            }
            Self::Helpers => text("协办单位尚未全部完成。", "Not all who help are done yet."),
            Self::Unassigned => {
                text("请确定一个主办单位；同一单位不能重复。", "Name one who leads; nobody can be named twice.")
            }
            Self::Untimed => text("请填写期限。", "Say until when, or how much longer."),
            Self::Timer => text("此操作由系统自动进行。", "This is done by itself."),
            Self::Version => {
                text("他人刚刚办理了此件，请刷新后重试。", "Somebody has gone on with it meanwhile; load it again.")
            }
        }
    }
}
