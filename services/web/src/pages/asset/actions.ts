/** The actions that need no more than a confirmation and perhaps a reason. */
export type SimpleAction = 'checkIn' | 'retire' | 'restore' | 'withdraw';

/** The actions that hand an asset to a person. */
export type HandOverAction = 'checkOut' | 'transfer';

/** What a person can do with an asset. */
export type AssetAction = SimpleAction | HandOverAction | 'edit' | 'correct';
