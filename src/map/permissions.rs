//! The permissions of the map's files.

use crate::kernel::permission::Permission;

/// Writes a layer's features to a file.
pub const EXPORT: Permission = Permission::new("directory.export", "导出数据", "Export data");
/// Agrees to an export of many plain values.
pub const APPROVE_EXPORT: Permission =
    Permission::new("export.approve", "审批敏感数据导出", "Approve exports of sensitive fields");
