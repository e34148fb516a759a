/// Where something of the configuration was written.
enum ConfigPlace {
    /// In the file. Line and column count from 1, the column in Unicode scalars; `token` is the scalar that begins
    /// there, empty for a list or a map.
    case source(line: Int, column: Int, token: String)
    /// The file as a whole.
    case file
    /// An environment variable.
    case variable(String)
    /// An option of the command line.
    case option(String)
}
