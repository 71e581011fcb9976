namespace AgentRuntime.Storage.Sqlite;

/// <summary>How many entries the audit chain has, and the hash of the last one.</summary>
internal readonly record struct ChainHead(long Entries, string Hash);
