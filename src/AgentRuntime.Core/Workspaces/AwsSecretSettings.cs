namespace AgentRuntime.Workspaces;

/// <summary>AWS Secrets Manager: the section <c>secrets.aws</c>.</summary>
/// <param name="Region">The region, such as <c>eu-central-1</c>.</param>
public sealed record AwsSecretSettings(string Region)
{
    /// <summary>Where Secrets Manager answers, for a VPC endpoint; <c>null</c> for the region's public endpoint.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Where STS answers; <c>null</c> for the region's public endpoint.</summary>
    public Uri? StsEndpoint { get; init; }

    /// <summary>A PEM file with the roots that are trusted instead of the machine's; absolute.</summary>
    public string? CaFile { get; init; }

    /// <summary>What every secret's name begins with; <c>agentruntime</c> by default. The secret of <c>crm/read</c> is then <c>agentruntime/crm/read</c>.</summary>
    public string Prefix { get; init; } = "agentruntime";

    /// <summary>The role that is assumed for each read of a step; <c>null</c> reads with the runtime's own identity.</summary>
    public AwsRoleArn? Role { get; init; }

    /// <summary>The external id that the role's trust policy asks for.</summary>
    public string? ExternalId { get; init; }

    /// <summary>What one session of the role serves; one attempt of one step by default.</summary>
    public AwsSessionUse Session { get; init; } = AwsSessionUse.Step;

    /// <summary>The profile of the shared AWS files to take the identity from; <c>null</c> for the SDK's own search.</summary>
    public string? Profile { get; init; }

    /// <summary>The longest time of one operation with all its repetitions; 1 to 300 seconds, 15 by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether the endpoints may be plain http on loopback, for tests.</summary>
    public bool AllowPlainHttp { get; init; }

    /// <summary>Whether keys in environment variables are accepted as the identity.</summary>
    public bool AllowEnvironmentCredentials { get; init; }
}

/// <summary>What one session of a role serves.</summary>
public enum AwsSessionUse
{
    /// <summary>One attempt of one step.</summary>
    Step,

    /// <summary>All attempts of one run that use the same credential.</summary>
    Run,
}
