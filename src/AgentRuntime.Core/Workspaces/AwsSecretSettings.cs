namespace AgentRuntime.Workspaces;

/// <summary>AWS Secrets Manager: the section <c>secrets.aws</c>.</summary>
public sealed record AwsSecretSettings;
