namespace AgentRuntime.Vaults.Aws;

/// <summary>What the environment of the process says about AWS, without any value of it. Only a composition root reads the environment.</summary>
/// <param name="HasKeys">Whether <c>AWS_SECRET_ACCESS_KEY</c> is set.</param>
/// <param name="HasWebIdentity">Whether <c>AWS_WEB_IDENTITY_TOKEN_FILE</c> and <c>AWS_ROLE_ARN</c> are set.</param>
/// <param name="HasContainer">Whether <c>AWS_CONTAINER_CREDENTIALS_RELATIVE_URI</c> or <c>AWS_CONTAINER_CREDENTIALS_FULL_URI</c> is set.</param>
/// <param name="Profile"><c>AWS_PROFILE</c>, a name.</param>
public sealed record AwsEnvironment(bool HasKeys, bool HasWebIdentity, bool HasContainer, string? Profile)
{
    /// <summary>An environment that says nothing.</summary>
    public static AwsEnvironment Empty { get; } = new(HasKeys: false, HasWebIdentity: false, HasContainer: false, Profile: null);

    /// <summary>Reads what is set.</summary>
    /// <param name="variable">Gives the value of a variable, or <c>null</c>.</param>
    public static AwsEnvironment Read(Func<string, string?> variable)
    {
        return new(
            Has("AWS_SECRET_ACCESS_KEY"),
            Has("AWS_WEB_IDENTITY_TOKEN_FILE") && Has("AWS_ROLE_ARN"),
            Has("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") || Has("AWS_CONTAINER_CREDENTIALS_FULL_URI"),
            variable("AWS_PROFILE") is { Length: > 0 } profile ? profile : null);

        bool Has(string name) => !string.IsNullOrEmpty(variable(name));
    }
}
