"""The routine of an agency for equipment that goes to reuse: who owns it, what it says, and that it is kept alive."""
