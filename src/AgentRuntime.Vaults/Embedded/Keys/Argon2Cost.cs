namespace AgentRuntime.Vaults.Embedded.Keys;

/// <summary>The cost of deriving a key from a passphrase with Argon2id.</summary>
/// <param name="MemoryKib">Memory, in KiB; 1,024 to 1,048,576. Default 65,536 (64 MiB).</param>
/// <param name="Passes">Passes over the memory; 1 to 64. Default 3.</param>
/// <param name="Lanes">Lanes that are computed side by side; 1 to 16. Default 2.</param>
public sealed record Argon2Cost(int MemoryKib = 65_536, int Passes = 3, int Lanes = 2)
{
    /// <summary>Whether the cost is within the bounds above; a store that asks for more is refused, because it could only be meant to stop this machine.</summary>
    internal bool IsSensible => MemoryKib is >= 1_024 and <= 1_048_576 && Passes is >= 1 and <= 64 && Lanes is >= 1 and <= 16;
}
