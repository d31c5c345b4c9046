"""Enhetsregisteret (the Central Coordinating Register for Legal Entities), by its public interface.

``units``    a unit as the house reads it; whatever else stands in an answer is left alone
``client``   the interface over HTTP
``files``    the register's file of all units, read as a stream
``looking``  one question, answered by the interface or, without it, by the file that was read
``watching`` what has changed for organisations the house knows, every day
``local``    a small server that speaks the interface, for the demo and for tests
"""
