"""The pure rules of an application: what it says, its business case, and what it takes to be submitted."""
