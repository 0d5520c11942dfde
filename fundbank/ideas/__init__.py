"""Ideas: what a department notes before it applies. One click makes an application of one."""
