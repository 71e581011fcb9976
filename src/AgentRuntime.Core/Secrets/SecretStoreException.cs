namespace AgentRuntime.Secrets;

/// <summary>A store cannot be opened, asked or listed. The message is for the operator: what is wrong with what, and what to do; it holds no value.</summary>
public class SecretStoreException(SecretFailureKind failure, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What is wrong, for programs.</summary>
    public SecretFailureKind Failure { get; } = failure;
}
