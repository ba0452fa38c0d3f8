/**
 * For how long Systems Manager may show a parameter as it was before it was written. It promises nothing; this is what it asks to wait between the
 * deletion of a parameter and the creation of one of the same name:
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html
 */
export const settlingSeconds = 30;
