//! Who answers for the map and under which number it was approved, as every picture, sheet and workbook of it has to say
//! (地图管理条例, 2015, articles 15 and 17).

use clap::Args;

/// What the operator says of the map. Empty texts say nothing. Given on the command line, in the environment or in the settings.
#[derive(Args, Clone, Debug, Default)]
pub struct Credits {
    /// The map's approval number (审图号): in the corner of the map and of the wall, on printed sheets, pictures and in
    /// workbooks.
    #[arg(long = "map-approval", env = "GRIDHALL_MAP_APPROVAL", value_name = "NUMBER")]
    pub approval: Option<String>,
    /// The unit that makes the map (制图单位).
    #[arg(long = "map-author", env = "GRIDHALL_MAP_AUTHOR", value_name = "UNIT")]
    pub author: Option<String>,
}
