#!lua
-- Writes nothing, but Redis can't know: with a shebang it looks before the first line whether the script might write,
-- and refuses it when it is full, a replica, short of replicas, or unable to write its file.
-- https://redis.io/docs/latest/develop/programmability/lua-api/#script_flags
return 1
