-- Writes nothing; Redis runs it only where it would take a write. It is refused as one is: when Redis is full,
-- a replica, short of replicas, or can't write its file.
return 1
