using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.Aws.Wire;

/// <summary>What the codes of AWS mean. The HTTP status is not looked at: AWS answers 400 to almost everything.</summary>
/// <remarks>Follows the pages of errors of Secrets Manager, STS and KMS.</remarks>
internal static class AwsErrors
{
    /// <summary>The meaning of an error.</summary>
    /// <param name="code">Its code, without namespace.</param>
    /// <param name="message">AWS's words; looked at to tell two meanings of one code apart, and never passed on.</param>
    public static AwsFault Explain(string code, string message) => code switch
    {
        "ResourceNotFoundException" => new(code, SecretFailureKind.Missing, "is not there, or not in this region. Store it with 'agentruntime credentials set', or check region and prefix."),
        "InvalidRequestException" when Speaks(message, "delet") => new(code, SecretFailureKind.Deleted, "is scheduled for deletion. Restore it ('aws secretsmanager restore-secret') and set it again, or wait until its recovery window is over."),
        "ResourceExistsException" => new(code, SecretFailureKind.Conflict, "is there already, or somebody else wrote it in between. Look at it and try again."),
        "LimitExceededException" => new(code, SecretFailureKind.Invalid, "is at a quota of Secrets Manager, such as 20 staging labels for one secret. Remove labels or versions that are not needed."),

        // KMS says it in the words of Secrets Manager or in its own.
        "DecryptionFailure" => Kms(code, SecretFailureKind.Integrity, "cannot be decrypted with its KMS key"),
        "EncryptionFailure" => Kms(code, SecretFailureKind.Integrity, "cannot be encrypted with its KMS key"),
        "KMSAccessDeniedException" => Kms(code, SecretFailureKind.Denied, "cannot be decrypted, because this identity may not use its KMS key"),
        "AccessDeniedException" or "AccessDenied" when Speaks(message, "Access to KMS") => Kms(code, SecretFailureKind.Denied, "cannot be decrypted, because this identity may not use its KMS key"),
        "KMSThrottlingException" => new(code, SecretFailureKind.Throttled, "cannot be decrypted now, because KMS asks to slow down. Try again later.") { IsPassing = true },
        _ when code.StartsWith("KMS", StringComparison.Ordinal) => Kms(code, SecretFailureKind.Integrity, "cannot be decrypted with its KMS key"),

        "AccessDeniedException" or "AccessDenied" or "NotAuthorized" => new(code, SecretFailureKind.Denied, "is refused to this identity. Compare its policies, the role's trust policy (sts:AssumeRole and sts:TagSession) and the secret's own policy with the provider's page."),
        "ExpiredTokenException" or "ExpiredToken" => new(code, SecretFailureKind.Denied, "is refused, because the identity's token has run out. Renew it."),
        "UnrecognizedClientException" or "InvalidClientTokenId" or "InvalidAccessKeyId" or "MissingAuthenticationToken" or "MissingAuthenticationTokenException" or "IncompleteSignature" or "IncompleteSignatureException" or "NotAuthorizedException" or "OptInRequired"
            => new(code, SecretFailureKind.Denied, "is refused, because AWS does not know the keys of this identity. Renew them, or check that they belong to this partition and account."),
        "InvalidSignatureException" or "SignatureDoesNotMatch" or "RequestTimeTooSkewed" or "RequestExpired"
            => new(code, SecretFailureKind.Denied, "is refused, because the signature does not fit. Check this machine's clock, the region, and that no proxy changes requests."),

        "ThrottlingException" or "Throttling" or "ThrottledException" or "TooManyRequestsException" or "RequestLimitExceeded" or "RequestThrottled" or "RequestThrottledException" or "SlowDown" or "PriorRequestNotComplete" or "BandwidthLimitExceeded"
            => new(code, SecretFailureKind.Throttled, "cannot be asked for now, because AWS asks to slow down. Try again later, or have the quota raised.") { IsPassing = true },
        "InternalServiceError" or "InternalServiceErrorException" or "InternalFailure" or "InternalServerError" or "InternalError" or "InternalServiceFailure" or "ServiceUnavailable" or "ServiceUnavailableException" or "ServiceFailure" or "RequestTimeout" or "RequestTimeoutException" or "IDPCommunicationError"
            => new(code, SecretFailureKind.Unavailable, "cannot be asked for now, because AWS has a fault. Try again later.") { IsPassing = true },
        "RegionDisabledException" => new(code, SecretFailureKind.Unavailable, "cannot be asked for, because STS is not active in this region. Activate it in the account's settings."),

        "PackedPolicyTooLarge" or "PackedPolicyTooLargeException" or "MalformedPolicyDocument" or "MalformedPolicyDocumentException" => new(code, SecretFailureKind.Invalid, "has names that are too long for a session's policy and tags. Use shorter names of servers and scopes."),
        "" => new(code, SecretFailureKind.Unavailable, "was not answered by AWS but by something in between, such as a proxy. Check the endpoint.") { IsPassing = true },
        _ => new(code, SecretFailureKind.Invalid, $"cannot be used as it is ({Printable(code)}). See the provider's page."),
    };

    private static AwsFault Kms(string code, SecretFailureKind kind, string words) =>
        new(code, kind, $"{words} (KMS: {Printable(code)}). Check that the key is enabled, in this region, and that its policy and this identity allow kms:Decrypt through Secrets Manager.");

    private static bool Speaks(string message, string word) => message.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static string Printable(string code) => code.Length <= 64 && code.All(char.IsAsciiLetterOrDigit) ? code : "an unknown error";
}
