package catalog

// FileNames are the files of a folder that a copy of its goods needs, in the order in which they must be copied while the
// till sells: an edit that is taken into the table meanwhile then stands in both.
func FileNames() []string { return []string{editsName, fileName} }
