using AgentRuntime.Secrets;

namespace AgentRuntime.Scrubbing;

/// <summary>Takes the values that the scrubber must know. Thread-safe.</summary>
public interface ISecretRegistry
{
    /// <summary>
    /// Registers every field of <paramref name="material"/> and the composite forms a transport sends (such as base64 of <c>username:password</c>).
    /// When this returns, every later scrub finds them. Registering the same version again is free.
    /// </summary>
    void Register(SecretMaterial material);
}
