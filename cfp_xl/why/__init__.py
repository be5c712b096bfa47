"""Why a number is what it is: a tree from a result down to the data, with what each part adds."""
